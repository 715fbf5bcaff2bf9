package dev.evenkeel.lb.evidence;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One run: the races, a call, the scale, and last the picks, because they can be made to fit into the time that is left
 * by then. For one thread.
 */
final class Measurement {
    private static final String OUR_PACKAGE = "dev.evenkeel.lb.benchmarks.";
    /** For drawing the page, and for what takes longer than thought. */
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private final Options options;
    private final Form form;
    private final Children children;
    private final Deadline deadline;
    private final PrintStream terminal;

    Measurement(Options options, Children children, Deadline deadline, PrintStream terminal) {
        this.options = options;
        this.form = options.form();
        this.children = children;
        this.deadline = deadline;
        this.terminal = terminal;
    }

    private record Check(Peer peer, Subject subject, int backends) {
        @Override
        public String toString() {
            return "races of " + subject.subject() + ", " + backends + " backends";
        }
    }

    /** Measures all of it, and tells the terminal how it goes. */
    Evidence run() throws IOException, InterruptedException, UsageException {
        List<Peer> peers = PeerModules.find(options, children);
        List<Check> checks = checks(peers);
        Sizes sizes = form.sizes();
        Duration fixed = sizes.races()
                .perCheck()
                .multipliedBy(checks.size())
                .plus(sizes.calls().estimate())
                .plus(sizes.scale().estimate());
        PickPlan plan = new PickPlan(peers, form.grid(), form.pace());
        int rounds = plan.rounds(deadline.left().minus(fixed).minus(MARGIN), form.rounds());
        Duration all = fixed.plus(plan.perRound().multipliedBy(rounds));
        int steps = checks.size() + 2 + rounds * plan.round(1).size();
        List<Subject> subjects =
                peers.stream().flatMap(peer -> peer.subjects().stream()).toList();
        Progress progress = new Progress(terminal, steps, all);
        progress.say(form + ": " + subjects.size() + " subjects of " + peers.size() + " peers; " + rounds + " × "
                + plan.forksPerRound() + " forks; takes about " + Progress.time(all));

        List<RaceRow> races = new ArrayList<>();
        for (Check check : checks) {
            progress.begin(check.toString(), sizes.races().perCheck());
            races.addAll(races(check));
        }
        Costs costs = costs(progress);
        List<Sample> samples = new ArrayList<>();
        int done = picks(plan, rounds, progress, samples);
        Effort effort = new Effort(form.name(), done, form.pace());
        return new Evidence(Setting.now(options.root(), effort), subjects, samples, races, costs);
    }

    private List<Check> checks(List<Peer> peers) {
        List<Check> checks = new ArrayList<>();
        for (Peer peer : peers) {
            for (Subject subject : peer.subjects()) {
                if (subject.marks()) {
                    form.sizes().races().backends().forEach(count -> checks.add(new Check(peer, subject, count)));
                }
            }
        }
        return checks;
    }

    private List<RaceRow> races(Check check) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(PeerModules.PACKAGE + "RaceCheck"));
        arguments.addAll(form.sizes().races().arguments(check.subject().subject(), check.backends()));
        return rows(check.peer().jar(), arguments, RaceRow.class);
    }

    private Costs costs(Progress progress) throws IOException, InterruptedException {
        Path jar = options.root().resolve("lb-benchmarks/jmh/target/benchmarks.jar");
        Sizes.Calls calls = form.sizes().calls();
        progress.begin("calls of OkHttp, callers " + calls.callers(), calls.estimate());
        List<String> arguments = new ArrayList<>(List.of(OUR_PACKAGE + "CallCost"));
        arguments.addAll(calls.arguments());
        List<CallRow> callRows = rows(jar, arguments, CallRow.class);
        Sizes.Scale scale = form.sizes().scale();
        progress.begin("scale, " + scale.sizes() + " backends", scale.estimate());
        List<String> sizes = new ArrayList<>(List.of(OUR_PACKAGE + "Scale"));
        sizes.addAll(scale.arguments());
        return new Costs(callRows, rows(jar, sizes, ScaleRow.class));
    }

    private <T> List<T> rows(Path jar, List<String> arguments, Class<T> type) throws IOException, InterruptedException {
        List<T> rows = Json.rows(children.run(jar, arguments), type);
        if (rows.isEmpty()) {
            throw new IOException(String.join(" ", arguments) + " ended well but printed no row");
        }
        return rows;
    }

    /** Runs rounds while the next one still fits, and returns how many that were. */
    private int picks(PickPlan plan, int rounds, Progress progress, List<Sample> samples)
            throws IOException, InterruptedException {
        Duration before = deadline.left();
        for (int round = 1; round <= rounds; round++) {
            Duration perRound =
                    round == 1 ? Duration.ZERO : before.minus(deadline.left()).dividedBy(round - 1L);
            if (round > form.rounds().fewest()
                    && perRound.compareTo(deadline.left().minus(MARGIN)) > 0) {
                progress.say("rounds take " + Progress.time(perRound) + ", longer than thought; ends after "
                        + (round - 1) + " of " + rounds);
                return round - 1;
            }
            for (Batch batch : plan.round(round)) {
                progress.begin("round " + round + " of " + rounds + ": " + batch, batch.estimate(form.pace()));
                samples.addAll(samples(batch, round));
            }
        }
        return rounds;
    }

    private List<Sample> samples(Batch batch, int round) throws IOException, InterruptedException {
        Path results = children.work().resolve("results.json");
        Files.deleteIfExists(results);
        children.run(batch.peer().jar(), batch.arguments(form.pace(), results));
        List<Sample> samples = JmhResults.read(results, round);
        if (samples.size() != batch.forks()) {
            throw new IOException(batch + ": JMH wrote " + samples.size() + " results");
        }
        return samples;
    }
}
