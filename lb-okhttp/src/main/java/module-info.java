/** The balancer inside OkHttp. */
module dev.evenkeel.lb.okhttp {
    requires static org.jspecify;
    requires transitive dev.evenkeel.lb.core;
    requires transitive okhttp3;
    requires org.slf4j;

    exports dev.evenkeel.lb.okhttp;
}
