/** The balancer itself. Packages that are not exported are free to change. */
module dev.evenkeel.lb.core {
    requires static jdk.jfr;
    requires static org.jspecify;
    requires transitive dev.evenkeel.lb.api;
    requires org.slf4j;

    exports dev.evenkeel.lb.core;
    exports dev.evenkeel.lb.core.check;
    exports dev.evenkeel.lb.core.discovery;
    exports dev.evenkeel.lb.core.outlier;
    exports dev.evenkeel.lb.core.plan;
    exports dev.evenkeel.lb.core.retry;
    exports dev.evenkeel.lb.core.select;
    exports dev.evenkeel.lb.core.time;
}
