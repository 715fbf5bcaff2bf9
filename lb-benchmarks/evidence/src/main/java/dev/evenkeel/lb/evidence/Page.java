package dev.evenkeel.lb.evidence;

import java.util.List;
import java.util.Map;

/** The page of results in Markdown. Everything on it is computed from the run. */
final class Page {
    private final Evidence evidence;
    private final Results results;
    private final Map<String, BarChart> charts;
    private final String directory;
    private final StringBuilder text = new StringBuilder();

    private Page(Evidence evidence, String directory) {
        this.evidence = evidence;
        this.results = Results.of(evidence);
        this.charts = Charts.of(evidence);
        this.directory = directory;
    }

    /**
     * Writes the page.
     *
     * @param directory of the charts, as seen from the page
     */
    static String of(Evidence evidence, String directory) {
        Page page = new Page(evidence, directory);
        page.head();
        page.standing();
        page.picks();
        page.races();
        page.calls();
        page.scale();
        page.paragraph(Notes.text());
        page.paragraph(Method.of(evidence.setting().effort()));
        return page.text.toString();
    }

    private void head() {
        Setting setting = evidence.setting();
        Machine machine = setting.machine();
        title("# Evenkeel beside its peers, measured");
        paragraph(
                "Drawn by `lb-benchmarks/run` from [benchmarks.json](benchmarks.json), which has every sample; no number"
                        + " here was typed by hand. Read ratios within this page, not nanoseconds against another machine.");
        if (setting.effort().form().equals(Form.SMOKE.name())) {
            paragraph("**This run was a smoke test. Its numbers mean nothing.**");
        }
        Table table = Table.of(2, "", "");
        table.row("processor", machine.cpu() + ", " + machine.cores() + " cores seen by the JVM");
        table.row("memory", Words.count(machine.memoryMebibytes()) + " MiB");
        table.row("system", machine.os() + ", " + machine.kernel());
        table.row("JDK", setting.jdk());
        table.row("date", setting.date());
        table.row("commit", setting.commit());
        table.row(
                "form",
                "`--" + setting.effort().form() + "`, " + setting.effort().rounds() + " rounds");
        paragraph(table.toString());
    }

    private void standing() {
        Standing standing = new Standing(evidence, results);
        paragraph("Ours against each peer of the same family, cell by cell: a peer is faster in **"
                + standing.count(Verdict.PEER_AHEAD) + "**, we are faster in **" + standing.count(Verdict.WE_AHEAD)
                + "**, and in **" + standing.count(Verdict.NOT_TOLD_APART)
                + "** the 95 % intervals overlap and do not tell.");
        title("## Where a peer beats us");
        paragraph("In time (× is the peer's time over ours):");
        paragraph(standing.times(Verdict.PEER_AHEAD));
        paragraph("In bytes:");
        paragraph(standing.bytes(Verdict.PEER_AHEAD));
        paragraph("In races:");
        paragraph(standing.races());
        title("## Where we are ahead");
        paragraph("In time (× is the peer's time over ours):");
        paragraph(standing.times(Verdict.WE_AHEAD));
        paragraph("In bytes:");
        paragraph(standing.bytes(Verdict.WE_AHEAD));
        title("## What is not told apart");
        paragraph(standing.times(Verdict.NOT_TOLD_APART));
    }

    private void picks() {
        title("## Picks");
        charts("pick-");
        charts("attempt-");
        paragraph(
                "`pick` chooses a backend and no more. `with accounting` is the pick and all that the library then keeps of"
                        + " an attempt until it has ended; empty where it was not measured. ± is half of the 95 % interval.");
        for (Family family : Family.values()) {
            if (!results.of(Cell.PICK, family).isEmpty()) {
                title("### " + family.title());
                paragraph(PickTable.of(results, family));
            }
        }
    }

    private void races() {
        title("## Races");
        paragraph(
                "In each race one backend is up at every instant, so \"none\" is always wrong. `steady`: every pattern of"
                        + " up and down in turn, and nothing changes meanwhile. `moving`: which one is up changes. Busiest / fair is"
                        + " what the busiest backend got, over its fair share, in the worst pattern. Only what can mark single"
                        + " backends down takes part.");
        charts("races-");
        paragraph(RaceTable.of(evidence.races()));
    }

    private void calls() {
        title("## A call of OkHttp");
        paragraph(
                "Over loopback, the servers on the same cores. `bare` and `hand-written` are not ours: OkHttp alone, and a"
                        + " round robin as one writes it by hand.");
        charts("calls-");
        paragraph(CallTable.of(evidence.costs().calls()).toString());
    }

    private void scale() {
        title("## Scale");
        charts("scale-");
        Table table = Table.of(1, "what", "backends", "unit", "median", "least", "most");
        for (ScaleRow row : evidence.costs().scale()) {
            List<Double> values = List.of(row.median(), row.least(), row.most());
            List<String> said = values.stream().map(Words::amount).toList();
            table.row(row.what(), Words.count(row.backends()), row.unit(), said.get(0), said.get(1), said.get(2));
        }
        paragraph(table.toString());
    }

    private void charts(String prefix) {
        charts.forEach((name, chart) -> {
            if (name.startsWith(prefix)) {
                paragraph("![" + chart.title() + "](" + directory + "/" + name + ".svg)");
            }
        });
    }

    private void title(String line) {
        paragraph(line);
    }

    private void paragraph(String lines) {
        text.append(text.isEmpty() ? "" : "\n").append(lines.stripTrailing()).append("\n");
    }
}
