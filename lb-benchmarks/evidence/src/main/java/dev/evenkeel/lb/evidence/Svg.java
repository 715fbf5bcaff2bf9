package dev.evenkeel.lb.evidence;

import java.awt.Dimension;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.ChartRenderingInfo;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Writes charts as SVG. The same chart gives the same text on the same machine; other fonts give other widths. */
final class Svg {
    private static final String NAMESPACE = "http://www.w3.org/2000/svg";
    private static final int GAP = 6;

    private final BarChart chart;
    private final ChartRenderingInfo places = new ChartRenderingInfo();

    private Svg(BarChart chart) {
        this.chart = chart;
    }

    static String of(BarChart chart) throws IOException {
        return new Svg(chart).text();
    }

    private String text() throws IOException {
        int height = Drawing.height(chart);
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        graphics.setSVGCanvasSize(new Dimension(Drawing.WIDTH, height));
        Drawing.of(chart).draw(graphics, new Rectangle2D.Double(0, 0, Drawing.WIDTH, height), places);
        Element root = graphics.getRoot();
        anchor(root.getElementsByTagNameNS(NAMESPACE, "text"));
        StringWriter text = new StringWriter();
        graphics.stream(root, text, true, false);
        return text.toString();
    }

    /**
     * Lets the texts hang on the end that must stay where it is. JFreeChart places the beginning of each by the fonts it
     * has; where the page is read they are wider or narrower, and a label would run into its bar.
     */
    private void anchor(NodeList texts) {
        Rectangle2D bars = places.getPlotInfo().getDataArea();
        Set<String> labels = chart.sections().stream()
                .flatMap(section -> Stream.concat(
                        Stream.of(section.heading()), section.bars().stream().map(BarChart.Bar::label)))
                .collect(Collectors.toSet());
        for (int at = 0; at < texts.getLength(); at++) {
            Element text = (Element) texts.item(at);
            String said = text.getTextContent();
            if (said.equals(chart.title())) {
                anchor(text, Drawing.WIDTH / 2.0, "middle");
            } else if (said.startsWith(chart.axis())) {
                anchor(text, bars.getCenterX(), "middle");
            } else if (labels.contains(said)) {
                anchor(text, bars.getMinX() - GAP, "end");
            }
        }
    }

    private static void anchor(Element text, double x, String end) {
        text.setAttribute("x", String.format(Locale.ROOT, "%.2f", x));
        text.setAttribute("text-anchor", end);
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(NAMESPACE, "svg", null);
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException("every JDK can make an empty document", impossible);
        }
    }
}
