/** Meters for Micrometer, whose jar names its module but does not describe it. */
// A registry is what one binds to, and there is no other jar of it.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.evenkeel.lb.micrometer {
    requires static org.jspecify;
    requires transitive dev.evenkeel.lb.api;
    requires transitive micrometer.core;

    exports dev.evenkeel.lb.micrometer;
}
