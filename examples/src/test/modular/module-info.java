/** A user's program that knows modules only. Compiled and run by ModulePathIT. */
module dev.evenkeel.modular {
    requires dev.evenkeel.lb.dns;
    requires dev.evenkeel.lb.micrometer;
    requires dev.evenkeel.lb.okhttp;
    requires jdk.httpserver;
    requires org.slf4j;
}
