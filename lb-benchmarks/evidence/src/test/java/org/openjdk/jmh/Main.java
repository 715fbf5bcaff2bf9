package org.openjdk.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the file of results that JMH would, with a time of 7 ns for everybody; with a peer named broken it fails. */
public final class Main {
    private static final String RESULT = """
            {"benchmark":"x.PeersBenchmark.%s","threads":%s,"params":{"subject":"%s","backends":"%s","down":"%s"},
             "primaryMetric":{"score":7.0,"scoreUnit":"ns/op","rawData":[[6.0,8.0]]},
             "secondaryMetrics":{"gc.alloc.rate.norm":{"score":0.001}}}""";

    private Main() {}

    public static void main(String[] args) throws IOException {
        if (System.getProperty("java.class.path").contains("broken")) {
            System.out.println("a fork went wrong");
            System.err.println("the reason");
            System.exit(3);
        }
        Map<String, String> options = new HashMap<>();
        for (int at = 1; at + 1 < args.length; at += 2) {
            String[] param = args[at + 1].split("=", 2);
            options.put(args[at].equals("-p") ? param[0] : args[at], param[param.length - 1]);
        }
        String benchmark = args[0].replace("PeersBenchmark.", "").replace("$", "");
        List<String> results = new ArrayList<>();
        for (String subject : value(options, "subject").split(",", -1)) {
            for (String backends : value(options, "backends").split(",", -1)) {
                for (String down : value(options, "down").split(",", -1)) {
                    results.add(RESULT.formatted(benchmark, value(options, "-t"), subject, backends, down));
                }
            }
        }
        Files.writeString(Path.of(value(options, "-rff")), results.toString());
    }

    private static String value(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("was not given " + name + ": " + options);
        }
        return value;
    }
}
