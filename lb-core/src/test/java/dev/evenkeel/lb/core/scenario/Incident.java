package dev.evenkeel.lb.core.scenario;

import dev.evenkeel.lb.api.HealthCheck;
import dev.evenkeel.lb.api.Selector;
import dev.evenkeel.lb.core.LoadBalancers;
import dev.evenkeel.lb.core.select.RoundRobin;
import java.util.List;
import java.util.Locale;

/** What goes wrong. Unless it says otherwise three backends serve, it begins at 30 s and is over at 95 s. */
enum Incident {
    BLACK_HOLE("one of three accepts calls and never answers") {
        @Override
        void happen(World world) {
            world.at(BEGIN, () -> world.strike("b", Condition.SILENT, "accepts and never answers"));
            world.at(END, () -> world.heal("b"));
        }
    },
    FAST_FAILURES("one of three answers 503 at once, and its health probe passes") {
        @Override
        void happen(World world) {
            world.at(BEGIN, () -> world.strike("b", Condition.FAILING, Condition.HEALTHY, FAILS));
            world.at(END, () -> world.heal("b"));
        }
    },
    ONE_SLOW("one of three can do 20 calls a second of the 33 it gets") {
        @Override
        void happen(World world) {
            world.at(
                    BEGIN,
                    () -> world.strike("b", Condition.SLOW, Condition.HEALTHY, "takes 50 ms for each call, in turn"));
            world.at(END, () -> world.heal("b"));
        }
    },
    ALL_DOWN("all three refuse connections at the same moment") {
        @Override
        void happen(World world) {
            for (String name : THREE) {
                world.at(BEGIN, () -> world.strike(name, Condition.STOPPED, "refuses connections"));
                world.at(END, () -> world.heal(name));
            }
        }
    },
    ALL_FAILING("all three answer 503 at once, and their health probes pass") {
        @Override
        void happen(World world) {
            for (String name : THREE) {
                world.at(BEGIN, () -> world.strike(name, Condition.FAILING, Condition.HEALTHY, FAILS));
                world.at(END, () -> world.heal(name));
            }
        }
    },
    EVERY_TENTH("one of three answers 503 to every tenth call, and its health probe passes") {
        @Override
        void happen(World world) {
            world.at(
                    BEGIN,
                    () -> world.strike(
                            "b", Condition.FLAKY, Condition.HEALTHY, "answers every tenth call with 503, probes well"));
            world.at(END, () -> world.heal("b"));
        }
    },
    FLAPPING("of one of three every second probe fails; calls are answered") {
        @Override
        List<Setting> settings() {
            return List.of(
                    Setting.DEFAULTS,
                    Setting.checked("rise 1, fall 1", check -> check.rise(1).fall(1)));
        }

        @Override
        LoadBalancers rules(World world, LoadBalancers rules, Setting setting) {
            return rules.backends("http://a", "http://b", "http://c")
                    .healthCheck(setting.check().apply(world.flappingProbes("b")));
        }

        @Override
        void happen(World world) {
            // The probes do it.
        }
    },
    PROBE_FAILS("the probe of one of three fails although it answers calls") {
        @Override
        void happen(World world) {
            world.at(
                    BEGIN,
                    () -> world.strike(
                            "b", Condition.HEALTHY, Condition.FAILING, "fails its probes, but answers calls"));
            world.at(END, () -> world.heal("b"));
        }
    },
    PROBES_FAIL("the probes of all four fail although they answer calls") {
        @Override
        List<String> backends() {
            return FOUR;
        }

        @Override
        List<Setting> settings() {
            return List.of(
                    Setting.DEFAULTS,
                    Setting.OUTLIERS,
                    Setting.ruled("panic below 0.5", rules -> rules.panicBelow(0.5)));
        }

        @Override
        void happen(World world) {
            for (String name : FOUR) {
                world.at(
                        BEGIN,
                        () -> world.strike(
                                name, Condition.HEALTHY, Condition.FAILING, "fails its probes, but answers calls"));
                world.at(END, () -> world.heal(name));
            }
        }
    },
    ROLLING_RESTART("all three are drained, stopped for 5 s and resumed, one after the other") {
        @Override
        void happen(World world) {
            world.at(BEGIN, () -> RollingRestart.drained(world, THREE).begin());
        }
    },
    KILLING_RESTART("the same without the drain") {
        @Override
        void happen(World world) {
            world.at(BEGIN, () -> RollingRestart.killed(world, THREE).begin());
        }
    },
    COLD_START("a balancer starts before its three backends, which come 5 s, 10 s and 15 s after it") {
        @Override
        List<Setting> settings() {
            return List.of(Setting.PESSIMISTIC, Setting.DEFAULTS);
        }

        @Override
        Figures run(World world) {
            return world.run(0, LAST_CALL);
        }

        @Override
        void happen(World world) {
            comeOneByOne(world);
        }
    },
    AWAITED_START("the same, but the callers wait until the balancer is ready") {
        @Override
        List<Setting> settings() {
            return List.of(Setting.PESSIMISTIC, Setting.DEFAULTS);
        }

        @Override
        Figures run(World world) {
            return world.runWhenReady(LAST_CALL);
        }

        @Override
        void happen(World world) {
            comeOneByOne(world);
        }
    },
    DNS_EMPTY("discovery, asked every 20 s, finds nobody from 30 s to 95 s; the three go on serving") {
        @Override
        boolean isDiscovered() {
            return true;
        }

        @Override
        void happen(World world) {
            world.at(BEGIN, () -> world.announce(List.of()));
            world.at(END, () -> world.announce(THREE));
        }
    },
    HALF_REPLACED(
            "discovery replaces two of four by two that listen 6 s later; the old ones end 20 s after they are dropped") {
        @Override
        boolean isDiscovered() {
            return true;
        }

        @Override
        List<String> backends() {
            return FOUR;
        }

        @Override
        List<String> newcomers() {
            return List.of("e", "f");
        }

        @Override
        List<Setting> settings() {
            return List.of(Setting.DEFAULTS, Setting.PESSIMISTIC);
        }

        @Override
        void happen(World world) {
            replace(world, List.of("c", "d"), newcomers(), List.of("a", "b", "e", "f"));
        }
    },
    ALL_REPLACED("the same with all of three") {
        @Override
        boolean isDiscovered() {
            return true;
        }

        @Override
        List<String> newcomers() {
            return List.of("d", "e", "f");
        }

        @Override
        List<Setting> settings() {
            return List.of(Setting.DEFAULTS, Setting.PESSIMISTIC);
        }

        @Override
        void happen(World world) {
            replace(world, THREE, newcomers(), newcomers());
        }
    },
    ALL_MOVED("all three end at 50 s, and others are in their places, which discovery knows when it is asked") {
        @Override
        boolean isDiscovered() {
            return true;
        }

        @Override
        List<String> newcomers() {
            return List.of("d", "e", "f");
        }

        @Override
        void happen(World world) {
            world.at(MOVE, () -> {
                THREE.forEach(world::end);
                world.announce(newcomers());
            });
        }
    };

    private static final List<String> THREE = List.of("a", "b", "c");
    private static final List<String> FOUR = List.of("a", "b", "c", "d");
    private static final String FAILS = "answers 503 at once, but passes its probes";
    static final int BEGIN = 30;
    static final int LAST_CALL = 150;
    private static final int MOVE = 50;
    private static final int END = 95;

    private final String what;

    Incident(String what) {
        this.what = what;
    }

    private static void comeOneByOne(World world) {
        int second = 5;
        for (String name : THREE) {
            world.strike(name, Condition.STOPPED, "has not started yet");
            world.at(second, () -> world.heal(name));
            second += 5;
        }
    }

    private static void replace(World world, List<String> old, List<String> fresh, List<String> all) {
        world.at(BEGIN, () -> {
            world.announce(all);
            fresh.forEach(name -> world.strike(name, Condition.STOPPED, "does not listen yet"));
        });
        world.at(BEGIN + 16, () -> fresh.forEach(world::heal));
        world.at(BEGIN + 30, () -> old.forEach(world::end));
    }

    /** Tells whether the balancer learns from a discovery who its backends are. */
    boolean isDiscovered() {
        return false;
    }

    /** Has the things happen, each at its time. Called when the balancer is built, before time begins to pass. */
    abstract void happen(World world);

    /** Returns the backends that are there from the beginning. */
    List<String> backends() {
        return THREE;
    }

    /** Returns the machines that are no backends yet. */
    List<String> newcomers() {
        return List.of();
    }

    /** Has callers call. By default they begin when the first probes have had their time. */
    Figures run(World world) {
        return world.run(1, LAST_CALL);
    }

    /** Returns how the balancers are set up that it happens to, one after the other. */
    List<Setting> settings() {
        return List.of(Setting.DEFAULTS, Setting.OUTLIERS);
    }

    /** Sets up the balancer. */
    LoadBalancers rules(World world, LoadBalancers rules, Setting setting) {
        HealthCheck check = setting.check().apply(world.probes());
        LoadBalancers origin =
                isDiscovered() ? rules.source(world.registry()) : rules.backends(World.endpoints(backends()));
        return setting.rules().apply(origin.healthCheck(check));
    }

    /** Plays it with round robin, which always begins with the first backend. */
    Story play(Setting setting) {
        try (World world = open(RoundRobin.startingAt(0), setting, 1)) {
            happen(world);
            Figures figures = run(world);
            return new Story(this, setting, world.recorder.lines(), figures);
        }
    }

    /** Opens a world in which it has not happened yet. */
    World open(Selector.Factory policy, Setting setting, long seed) {
        World world = new World(seed, backends()).machines(newcomers());
        return world.open(policy, rules -> rules(world, rules, setting));
    }

    /** Returns the name as people write it. */
    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** Returns what goes wrong, in a few words. */
    String what() {
        return what;
    }
}
