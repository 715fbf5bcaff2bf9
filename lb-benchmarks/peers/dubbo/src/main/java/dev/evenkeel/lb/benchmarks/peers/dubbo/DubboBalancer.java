package dev.evenkeel.lb.benchmarks.peers.dubbo;

import dev.evenkeel.lb.benchmarks.peers.Balancer;
import dev.evenkeel.lb.benchmarks.peers.Family;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.dubbo.common.URL;
import org.apache.dubbo.common.constants.CommonConstants;
import org.apache.dubbo.common.url.component.ServiceConfigURL;
import org.apache.dubbo.rpc.Invocation;
import org.apache.dubbo.rpc.Invoker;
import org.apache.dubbo.rpc.RpcInvocation;
import org.apache.dubbo.rpc.RpcStatus;
import org.apache.dubbo.rpc.cluster.LoadBalance;
import org.apache.dubbo.rpc.model.FrameworkModel;

/** One of Dubbo's load balancers over invokers of one service. The invocations, a key being the argument of each, are made once. */
final class DubboBalancer implements Balancer {
    private static final String METHOD = "place";

    private final FrameworkModel model;
    private final LoadBalance policy;
    private final List<Invoker<Object>> invokers;
    private final URL consumer = new ServiceConfigURL(CommonConstants.CONSUMER, "127.0.0.1", 0, Backend.SERVICE);
    private final Invocation[] invocations;

    private DubboBalancer(FrameworkModel model, LoadBalance policy, List<Invoker<Object>> invokers) {
        this.model = model;
        this.policy = policy;
        this.invokers = invokers;
        this.invocations =
                IntStream.range(0, KEYS).mapToObj(DubboBalancer::invocation).toArray(Invocation[]::new);
    }

    static DubboBalancer of(String extension, Family family, int backends) {
        System.setProperty(
                "dubbo.application.logger", "slf4j"); // else Dubbo tells on the console how it looks for a log
        FrameworkModel model = FrameworkModel.defaultModel();
        LoadBalance policy =
                model.defaultApplication().getExtensionLoader(LoadBalance.class).getExtension(extension);
        List<Invoker<Object>> invokers = new ArrayList<>(backends);
        for (int number = 0; number < backends; number++) {
            invokers.add(Backend.of(number, family));
        }
        DubboBalancer made = new DubboBalancer(model, policy, invokers);
        made.pick(0); // the ring of the consistent hash is laid by the first pick, for seconds where there are many
        return made;
    }

    private static Invocation invocation(int key) {
        return new RpcInvocation(
                null, METHOD, Backend.SERVICE, Backend.SERVICE, new Class<?>[] {String.class}, new Object[] {
                    "user-" + key
                });
    }

    /** {@code LoadBalance.select} from the list of all invokers. */
    @Override
    public Object pick(int key) {
        return policy.select(invokers, consumer, invocations[key]);
    }

    /**
     * {@code LoadBalance.select}, then what {@code ActiveLimitFilter} does around one call, whose counts these two policies go
     * by: begins the count of service and method, asks the clock before and after, ends the count. Not the filter itself, since
     * it notes the time in the invocation, of which there is a fresh one for each call.
     */
    @Override
    public Object attempt(int key) {
        Invoker<Object> invoker = policy.select(invokers, consumer, invocations[key]);
        URL url = invoker.getUrl();
        RpcStatus.beginCount(url, METHOD, 0);
        long start = System.currentTimeMillis();
        RpcStatus.endCount(url, METHOD, System.currentTimeMillis() - start, true);
        return invoker;
    }

    @Override
    public int number(Object answer) {
        return ((Backend) answer).number();
    }

    @Override
    public void mark(BitSet up) {
        throw new UnsupportedOperationException("a load balancer of Dubbo asks nobody whether he is up");
    }

    /** Takes back what is static in Dubbo too: the counts and the default model with its threads. */
    @Override
    public void close() {
        for (Invoker<Object> invoker : invokers) {
            RpcStatus.removeStatus(invoker.getUrl());
            RpcStatus.removeStatus(invoker.getUrl(), METHOD);
        }
        model.destroy();
    }
}
