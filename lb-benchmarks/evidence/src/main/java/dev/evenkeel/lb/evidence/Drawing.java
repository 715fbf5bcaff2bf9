package dev.evenkeel.lb.evidence;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Paint;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.CategoryLineAnnotation;
import org.jfree.chart.annotations.CategoryTextAnnotation;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;

/** Lays a {@link BarChart} out with JFreeChart. */
final class Drawing {
    static final int WIDTH = 1_000;
    private static final int ROW = 24;
    private static final int FRAME = 120;

    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
    private static final Font HEADING = new Font(Font.SANS_SERIF, Font.BOLD, 14);
    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 17);
    private static final Color OURS = new Color(0xC2410C);
    private static final Color PEERS = new Color(0x9DB2C6);
    private static final Color INK = new Color(0x1F2933);
    private static final Color LINES = new Color(0xD9DFE5);
    private static final BasicStroke THIN = new BasicStroke(1.6f);
    /** The part of the axis that is left for the longest bar's value. */
    private static final double ROOM_FOR_VALUE = 0.17;

    private static final String ONLY_SERIES = "";

    private final BarChart chart;
    private final CategoryPlot plot;
    private final DefaultCategoryDataset data = new DefaultCategoryDataset();
    private final CategoryAxis rows = new CategoryAxis();
    private final double least;
    private int count;

    private Drawing(BarChart chart) {
        this.chart = chart;
        this.least = chart.isLogarithmic() ? Math.pow(10, Math.floor(Math.log10(chart.leastPositive() * 0.8))) : 0;
        this.plot = new CategoryPlot(data, rows, axis(), null);
    }

    static JFreeChart of(BarChart chart) {
        return new Drawing(chart).draw();
    }

    static int height(BarChart chart) {
        int headings = chart.sections().size() == 1 ? 0 : chart.sections().size();
        return FRAME + ROW * (headings + (int) chart.bars().count());
    }

    /** A row; what it is called need not be unique. */
    private record Row(int number, String label, boolean ours) implements Comparable<Row> {
        @Override
        public int compareTo(Row other) {
            return Integer.compare(number, other.number);
        }

        @Override
        public String toString() {
            return label;
        }
    }

    private static final class Colours extends BarRenderer {
        private static final long serialVersionUID = 1L;

        @Override
        public Paint getItemPaint(int series, int row) {
            return getPlot().getDataset().getColumnKey(row) instanceof Row bar && bar.ours ? OURS : PEERS;
        }
    }

    private JFreeChart draw() {
        plot.setOrientation(PlotOrientation.HORIZONTAL);
        plot.setRenderer(bars());
        plot.setBackgroundPaint(Color.WHITE);
        plot.setOutlineVisible(false);
        plot.setRangeGridlinePaint(LINES);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        rows.setTickLabelFont(TEXT);
        rows.setTickLabelPaint(INK);
        rows.setLowerMargin(0);
        rows.setUpperMargin(0);
        rows.setCategoryMargin(0.3);
        rows.setMaximumCategoryLabelWidthRatio(0.6f);
        rows.setTickMarksVisible(false);
        rows.setAxisLinePaint(INK);
        for (BarChart.Section section : chart.sections()) {
            if (chart.sections().size() > 1) {
                heading(section.heading());
            }
            section.bars().forEach(this::bar);
        }
        JFreeChart drawn = new JFreeChart(chart.title(), TITLE, plot, false);
        drawn.getTitle().setPaint(INK);
        drawn.setBackgroundPaint(Color.WHITE);
        drawn.setPadding(new RectangleInsets(8, 8, 8, 8));
        return drawn;
    }

    private BarRenderer bars() {
        BarRenderer bars = new Colours();
        bars.setBarPainter(new StandardBarPainter());
        bars.setShadowVisible(false);
        bars.setDrawBarOutline(false);
        bars.setBase(least);
        return bars;
    }

    private ValueAxis axis() {
        ValueAxis axis = chart.isLogarithmic() ? logarithmic() : linear();
        axis.setLabelFont(TEXT);
        axis.setTickLabelFont(TEXT);
        axis.setLabelPaint(INK);
        axis.setTickLabelPaint(INK);
        return axis;
    }

    private ValueAxis logarithmic() {
        LogAxis axis = new LogAxis(chart.axis() + ", logarithmic");
        axis.setNumberFormatOverride(compact());
        axis.setTickUnit(new NumberTickUnit(1)); // a decade
        axis.setRange(least, least * Math.pow(chart.longest() / least, 1 / (1 - ROOM_FOR_VALUE)));
        return axis;
    }

    private ValueAxis linear() {
        NumberAxis axis = new NumberAxis(chart.axis());
        axis.setNumberFormatOverride(plain());
        axis.setRange(0, chart.longest() > 0 ? chart.longest() / (1 - ROOM_FOR_VALUE) : 1);
        return axis;
    }

    /** {@code 10K} and {@code 1M}: of seven decades the numbers in full would run into one another. */
    private static NumberFormat compact() {
        NumberFormat format = NumberFormat.getCompactNumberInstance(Locale.ENGLISH, NumberFormat.Style.SHORT);
        format.setMaximumFractionDigits(3);
        return format;
    }

    private static DecimalFormat plain() {
        return new DecimalFormat("#,##0.###", DecimalFormatSymbols.getInstance(Locale.ROOT));
    }

    private void heading(String text) {
        Row row = row(text, false);
        data.addValue(null, ONLY_SERIES, row);
        rows.setTickLabelFont(row, HEADING);
    }

    private void bar(BarChart.Bar bar) {
        Row row = row(bar.label(), bar.ours());
        data.addValue(bar.value(), ONLY_SERIES, row);
        if (bar.ours()) {
            rows.setTickLabelFont(row, HEADING);
            rows.setTickLabelPaint(row, OURS);
        }
        if (bar.hasInterval()) {
            double low = Math.max(least, bar.value() - bar.half());
            plot.addAnnotation(new CategoryLineAnnotation(row, low, row, bar.end(), INK, THIN));
        }
        CategoryTextAnnotation value =
                new CategoryTextAnnotation("  " + Words.amount(bar.value()), row, Math.max(least, bar.end()));
        value.setFont(bar.ours() ? HEADING : TEXT);
        value.setPaint(INK);
        value.setTextAnchor(TextAnchor.CENTER_LEFT);
        plot.addAnnotation(value);
    }

    private Row row(String label, boolean ours) {
        count++;
        return new Row(count, label, ours);
    }
}
