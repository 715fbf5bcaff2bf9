package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.LoadBalancer;
import java.io.IOException;
import java.util.List;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Sends each call for a logical host to a live backend of the balancer of that name. */
public final class LoadBalancingInterceptor implements Interceptor {
    private final List<LoadBalancer> balancers;

    private LoadBalancingInterceptor(List<LoadBalancer> balancers) {
        this.balancers = balancers;
    }

    /** Makes an interceptor for the hosts that the balancers are named after. */
    public static LoadBalancingInterceptor of(LoadBalancer... balancers) {
        return new LoadBalancingInterceptor(List.of(balancers));
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        throw new IOException("not there yet: " + balancers);
    }
}
