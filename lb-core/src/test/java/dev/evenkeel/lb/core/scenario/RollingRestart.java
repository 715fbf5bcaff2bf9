package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.BackendSnapshot;
import dev.evenkeel.lb.api.BackendState;
import java.time.Duration;
import java.util.List;

/** Whoever restarts all machines, one after the other, and goes on when the balancer uses the last one again. */
final class RollingRestart {
    private static final double LOOK_AGAIN = 0.1;
    private static final double RESTART = 5;

    private static final Duration DRAIN_DEADLINE = Duration.ofSeconds(10);

    private final World world;
    private final List<String> names;
    private final boolean drains;
    private int next;

    private RollingRestart(World world, List<String> names, boolean drains) {
        this.world = world;
        this.names = names;
        this.drains = drains;
    }

    /** Drains a machine and waits for the end of its last call before it is stopped. */
    static RollingRestart drained(World world, List<String> names) {
        return new RollingRestart(world, names, true);
    }

    /** Stops a machine in the middle of its work. */
    static RollingRestart killed(World world, List<String> names) {
        return new RollingRestart(world, names, false);
    }

    /** Begins with the next machine, if there is one left. */
    void begin() {
        if (next < names.size()) {
            String name = names.get(next++);
            if (drains) {
                world.balancer().drain(World.endpoint(name), DRAIN_DEADLINE, result -> stop(name));
            } else {
                stop(name);
            }
        }
    }

    private void stop(String name) {
        world.strike(name, Condition.STOPPED, "is stopped");
        after(RESTART, () -> start(name));
    }

    private void start(String name) {
        world.heal(name);
        if (drains) {
            world.balancer().resume(World.endpoint(name));
        }
        goOn(name);
    }

    private void goOn(String name) {
        if (backend(name).state() == BackendState.UP) {
            begin();
        } else {
            after(LOOK_AGAIN, () -> goOn(name));
        }
    }

    private void after(double seconds, Runnable step) {
        world.at(world.second() + seconds, step);
    }

    private BackendSnapshot backend(String name) {
        return world.balancer().snapshot().backends().stream()
                .filter(each -> each.endpoint().equals(World.endpoint(name)))
                .findFirst()
                .orElseThrow();
    }
}
