package dev.evenkeel.examples.proxy;

import java.io.OutputStream;
import okhttp3.OkHttpClient;

/** A proxy as a program: says its port, runs until its standard input ends. Started by {@link LargeBodyIT}. */
public final class SmallHeapProxy {
    private SmallHeapProxy() {}

    /** Serves in front of the backend on the port that the only argument names. */
    public static void main(String[] args) throws Exception {
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(Proxied.toPort(Integer.parseInt(args[0])))
                .build();
        try (ReverseProxy proxy =
                ReverseProxy.through(client).listen("127.0.0.1:0").build()) {
            proxy.start();
            System.out.println(proxy.port());
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        System.exit(0); // OkHttp's pool would keep the process for a while
    }
}
