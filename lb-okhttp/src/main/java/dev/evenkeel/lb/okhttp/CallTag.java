package dev.evenkeel.lb.okhttp;

import kotlin.jvm.JvmClassMappingKt;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * A kind of tag that requests or calls have. Made once per kind: asked by a Java class, OkHttp makes an object of it each time.
 */
record CallTag<T>(KClass<T> type) {
    static <T> CallTag<T> of(Class<T> type) {
        return new CallTag<>(JvmClassMappingKt.getKotlinClass(type));
    }

    /** Returns the tag of a request, or null if it has none. */
    @Nullable
    T on(Request request) {
        return request.tag(type);
    }

    /** Returns the tag of a call, or null if it has none. */
    @Nullable
    T on(Call call) {
        return call.tag(type);
    }

    /** Returns the tag of a call, which is made if it has none yet. */
    T on(Call call, Function0<T> made) {
        return call.tag(type, made);
    }

    /** Tags a request. */
    Request.Builder put(Request.Builder request, T tag) {
        return request.tag(type, tag);
    }
}
