/** The contracts of Evenkeel: what the core implements and adapters speak. Needs nothing but the JDK. */
module dev.evenkeel.lb.api {
    requires static transitive org.jspecify;

    exports dev.evenkeel.lb.api;
}
