/** Endpoints from DNS records. */
module dev.evenkeel.lb.dns {
    requires static org.jspecify;
    requires transitive dev.evenkeel.lb.core;
    requires org.dnsjava;

    exports dev.evenkeel.lb.dns;
}
