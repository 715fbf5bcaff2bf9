package dev.evenkeel.examples.proxy;

import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** No bytes, sent once: OkHttp then never repeats the request by itself after it may have reached a backend. */
final class OnceOnlyEmptyBody extends RequestBody {
    @Override
    public @Nullable MediaType contentType() {
        return null;
    }

    @Override
    public long contentLength() {
        return 0;
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) {}
}
