package dev.evenkeel.lb.benchmarks.peers.dubbo;

import dev.evenkeel.lb.benchmarks.peers.Family;
import org.apache.dubbo.common.URL;
import org.apache.dubbo.common.constants.CommonConstants;
import org.apache.dubbo.common.url.component.ServiceConfigURL;
import org.apache.dubbo.rpc.Invocation;
import org.apache.dubbo.rpc.Invoker;
import org.apache.dubbo.rpc.Result;
import org.apache.dubbo.rpc.cluster.Constants;

/**
 * An invoker that knows its number and is never invoked. Its URL is of the class that keeps its identity once that is built,
 * as with addresses that a consumer configures; those that come from a registry build it for each look.
 */
final class Backend implements Invoker<Object> {
    static final String SERVICE = "dev.evenkeel.Orders";

    private static final int DUBBO_WEIGHT = 100;

    private final int number;
    private final URL url;

    private Backend(int number, URL url) {
        this.number = number;
        this.url = url;
    }

    static Backend of(int number, Family family) {
        String host = "10." + (number >> 16) + "." + (number >> 8 & 255) + "." + (number & 255);
        URL url = new ServiceConfigURL(CommonConstants.DUBBO, host, 20880, SERVICE);
        if (family == Family.WEIGHTED_ROUND_ROBIN) {
            url = url.addParameter(Constants.WEIGHT_KEY, DUBBO_WEIGHT * family.weight(number));
        }
        return new Backend(number, url);
    }

    int number() {
        return number;
    }

    @Override
    public Class<Object> getInterface() {
        return Object.class;
    }

    @Override
    public URL getUrl() {
        return url;
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public Result invoke(Invocation invocation) {
        throw new UnsupportedOperationException("it is only picked");
    }

    @Override
    public void destroy() {}
}
