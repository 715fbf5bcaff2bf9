package dev.evenkeel.lb.core;

import dev.evenkeel.lb.api.Endpoint;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.NoBackendAvailableException;
import dev.evenkeel.lb.api.Verdict;
import dev.evenkeel.lb.core.time.ManualTime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;

/** The program of {@link FlightModulesTest}: plays a short story and tells what was recorded of it. */
final class FlightMain {
    private FlightMain() {}

    public static void main(String[] args) throws Exception {
        if (ModuleLayer.boot().findModule("jdk.jfr").isPresent()) {
            Recorded.play();
        } else {
            System.out.println("no JFR: " + changes() + " changes");
        }
    }

    /** Joined, up after the first probe, drained and closed; and a pick that fails. */
    private static int changes() {
        ManualTime time = ManualTime.create();
        LoadBalancer orders = LoadBalancers.named("orders")
                .backends("http://a:8080")
                .healthCheck((endpoint, timeout) -> Verdict.pass())
                .time(time)
                .build();
        time.advance(Duration.ofMinutes(1));
        orders.drain(Endpoint.of("http://a:8080"));
        orders.resume(Endpoint.of("http://a:8080"));
        orders.drain(Endpoint.of("http://a:8080"));
        try {
            orders.acquire();
        } catch (NoBackendAvailableException e) {
            orders.close();
        }
        return orders.history().size();
    }

    private static final class Recorded {
        static void play() throws Exception {
            Path file = Files.createTempFile("evenkeel", ".jfr");
            try (Recording recording = new Recording()) {
                recording.start();
                int changes = changes();
                recording.stop();
                recording.dump(file);
                long recorded = RecordingFile.readAllEvents(file).stream()
                        .filter(event -> event.getEventType().getName().equals("dev.evenkeel.lb.Transition"))
                        .count();
                System.out.println("JFR: " + recorded + " changes recorded" + (recorded == changes ? "" : ", wrong"));
            } finally {
                Files.delete(file);
            }
        }
    }
}
