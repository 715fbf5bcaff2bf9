package dev.evenkeel.lb.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evenkeel.lb.api.BackendState;
import dev.evenkeel.lb.api.Change;
import dev.evenkeel.lb.api.Change.Before;
import dev.evenkeel.lb.api.Change.Flag;
import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.LoadBalancerEvent;
import dev.evenkeel.lb.api.LoadBalancerEvent.Kind;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.NoBackendAvailableException.Reason;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.flight.Flight;
import dev.evenkeel.lb.core.time.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a flight recording holds of a balancer. */
class FlightTest {
    private static final Endpoint A = Endpoint.of("http://a:8080");
    private static final String PREFIX = "dev.evenkeel.lb.";

    private final ManualTime time = ManualTime.create();
    private boolean sick;
    private int asked;

    @TempDir
    private Path folder;

    @Test
    void transitions_are_in_every_recording_with_reason_cause_and_what_was_before() throws Exception {
        List<RecordedEvent> transitions = recorded(Set.of(), "Transition");
        RecordedEvent down = transitions.stream()
                .filter(event -> event.getString("kind").equals("down"))
                .findFirst()
                .orElseThrow();
        assertThat(down.getString("balancer")).isEqualTo("orders");
        assertThat(down.getString("backend")).isEqualTo("http://a:8080");
        assertThat(down.getString("reason")).isEqualTo("3 failed probes: HTTP 503");
        assertThat(down.getString("cause")).isEqualTo("java.lang.IllegalStateException");
        assertThat(down.getString("stateBefore")).isEqualTo("up");
        assertThat(down.getDuration("lasted")).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
        assertThat(down.getBoolean("enforced")).isTrue();
        assertThat(down.getBoolean("firstCheck")).isFalse();
        assertThat(transitions)
                .extracting(event -> event.getString("kind"))
                .contains("joined", "up", "closed")
                .doesNotContain("plan_published");
    }

    @Test
    void plans_are_in_every_recording() throws Exception {
        List<RecordedEvent> plans = recorded(Set.of(), "PlanPublished");
        assertThat(plans.get(0).getLong("version")).isEqualTo(1);
        assertThat(plans.get(0).getInt("eligible")).isEqualTo(2);
        assertThat(plans.get(0).getInt("groups")).isEqualTo(1);
        assertThat(plans.get(0).getBoolean("panic")).isFalse();
        assertThat(plans.get(0).getDuration()).as("how long it took to build").isPositive();
        assertThat(plans).extracting(event -> event.getInt("eligible")).contains(1);
    }

    @Test
    void probes_and_failed_picks_are_not_recorded_unless_asked_for() throws Exception {
        assertThat(recorded(Set.of(), "Probe")).isEmpty();
        assertThat(recorded(Set.of(), "PickFailed")).isEmpty();
    }

    @Test
    void a_probe_is_recorded_with_its_verdict() throws Exception {
        List<RecordedEvent> probes = recorded(Set.of("Probe"), "Probe");
        assertThat(probes).hasSizeGreaterThan(30);
        assertThat(probes.stream().map(FlightTest::probe).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "orders http://a:8080 pass ",
                        "orders http://a:8080 fail HTTP 503",
                        "orders http://a:8080 none interrupted",
                        "orders http://b:8080 pass ");
    }

    private static String probe(RecordedEvent event) {
        return event.getString("balancer") + " " + event.getString("backend") + " " + event.getString("verdict") + " "
                + event.getString("reason");
    }

    @Test
    void a_failed_pick_is_recorded_with_its_reason() throws Exception {
        List<RecordedEvent> failed = recorded(Set.of("PickFailed"), "PickFailed");
        assertThat(failed).hasSize(2);
        assertThat(failed.get(0).getString("balancer")).isEqualTo("orders");
        assertThat(failed.get(0).getString("reason")).isEqualTo("none_usable");
        assertThat(failed.get(0).getInt("backends")).isEqualTo(2);
        assertThat(failed.get(0).getInt("up")).isZero();
        assertThat(failed.get(1).getString("reason")).isEqualTo("closed");
    }

    @Test
    void ejections_are_a_type_of_their_own() throws Exception {
        Change why = Change.because("5 failures in a row")
                .with(Flag.NOT_ENFORCED)
                .after(new Before(BackendState.UP, Duration.ofSeconds(3)));
        try (Recording recording = new Recording()) {
            recording.start();
            for (Kind kind : List.of(Kind.EJECTED, Kind.WOULD_EJECT, Kind.HALF_OPEN, Kind.READMITTED)) {
                Flight.changed(new LoadBalancerEvent(kind, "orders", Instant.EPOCH, null, why));
            }
            List<RecordedEvent> events = read(recording);
            assertThat(events)
                    .extracting(event -> event.getEventType().getName())
                    .containsOnly(PREFIX + "Ejection");
            assertThat(events)
                    .extracting(event -> event.getString("kind"))
                    .containsExactly("ejected", "would_eject", "half_open", "readmitted");
            assertThat(events.get(0).getDuration("lasted")).isEqualTo(Duration.ofSeconds(3));
            assertThat(events.get(0).getBoolean("enforced")).isFalse();
        }
    }

    @Test
    void what_is_thrown_in_a_recording_stays_there() {
        try (Recording recording = new Recording()) {
            recording.enable(PREFIX + "Probe");
            recording.enable(PREFIX + "PickFailed");
            recording.start();
            Flight.Probing probing = Flight.probing();
            Flight.Planning planning = Flight.planning();
            assertThat(probing).isNotSameAs(Flight.Probing.NONE);
            assertThat(planning).isNotSameAs(Flight.Planning.NONE);
            assertThatCode(() -> {
                        Flight.changed(broken());
                        Flight.pickFailed("orders", Reason.SATURATED, broken());
                        planning.published("orders", broken());
                        probing.begin();
                        probing.end("orders", A, broken());
                    })
                    .doesNotThrowAnyException();
        }
    }

    /** Stands for whatever may throw in a recording, such as a lack of memory: whoever reads it meets an exception. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // it is broken, and fits anywhere
    private static <T> T broken() {
        return null;
    }

    @Test
    void while_nothing_is_recorded_nothing_is_made() {
        assertThat(Flight.probing()).isSameAs(Flight.Probing.NONE);
        assertThat(Flight.planning()).isSameAs(Flight.Planning.NONE);
    }

    @Test
    void every_type_and_every_field_says_what_it_is() throws Exception {
        recorded(Set.of("Probe", "PickFailed"), "Probe");
        Flight.changed(new LoadBalancerEvent(Kind.EJECTED, "orders", Instant.EPOCH, null, ""));
        List<EventType> types = FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(type -> type.getName().startsWith(PREFIX))
                .toList();
        assertThat(types)
                .extracting(EventType::getName)
                .containsExactlyInAnyOrder(
                        PREFIX + "Ejection",
                        PREFIX + "PickFailed",
                        PREFIX + "PlanPublished",
                        PREFIX + "Probe",
                        PREFIX + "Transition");
        for (EventType type : types) {
            assertThat(type.getCategoryNames()).as(type.getName()).containsExactly("Evenkeel", "Load Balancing");
            assertThat(type.getLabel()).as(type.getName()).isNotNull();
            assertThat(type.getDescription()).as(type.getName()).isNotNull();
            for (ValueDescriptor field : type.getFields()) {
                assertThat(field.getLabel())
                        .as(type.getName() + "." + field.getName())
                        .isNotNull();
            }
        }
    }

    /** Plays one story under a recording and returns its events of a type. */
    private List<RecordedEvent> recorded(Set<String> enabled, String type) throws Exception {
        try (Recording recording = new Recording()) {
            enabled.forEach(name -> recording.enable(PREFIX + name));
            recording.start();
            play();
            return read(recording).stream()
                    .filter(event -> event.getEventType().getName().equals(PREFIX + type))
                    .toList();
        }
    }

    private void play() {
        sick = false;
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends(List.of(A, Endpoint.of("http://b:8080")))
                .healthCheck((endpoint, timeout) -> verdict(endpoint))
                .time(time)
                .build();
        time.advance(Duration.ofMinutes(5));
        sick = true;
        time.advance(Duration.ofMinutes(1));
        orders.drain(Endpoint.of("http://b:8080"));
        assertThatThrownBy(orders::acquire).isInstanceOf(NoBackendAvailableException.class);
        sick = false;
        time.advance(Duration.ofMinutes(1));
        orders.close();
        assertThatThrownBy(orders::acquire).isInstanceOf(NoBackendAvailableException.class);
    }

    private Verdict verdict(Endpoint endpoint) {
        if (!sick || !endpoint.equals(A)) {
            return Verdict.pass();
        }
        asked++;
        return asked == 5 ? Verdict.none("interrupted") : Verdict.fail("HTTP 503", new IllegalStateException());
    }

    private List<RecordedEvent> read(Recording recording) throws Exception {
        recording.stop();
        Path file = folder.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith(PREFIX))
                .toList();
    }
}
