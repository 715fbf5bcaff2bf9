package dev.evenkeel.lb.evidence;

import java.util.Locale;

/** How the page says numbers. */
final class Words {
    private Words() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String threads(int threads) {
        return threads == 1 ? "1 thread" : threads + " threads";
    }

    /** Says the share that is down as {@code none down}, {@code 90 % down} or {@code all but one down}. */
    static String down(String share) {
        if (share.equals(Cell.NONE_DOWN)) {
            return "none down";
        }
        if (share.equals("all-but-one")) {
            return "all but one down";
        }
        return Math.round(Double.parseDouble(share) * 100) + " % down";
    }

    /** Says about three digits: {@code 0}, {@code 0.42}, {@code 5.42}, {@code 54.2}, {@code 542}, {@code 5,420}. */
    static String amount(double value) {
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size >= 99.95) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 9.995 ? "%.1f" : "%.2f", value);
    }

    /** Says bytes per operation. Below half a byte it is 0: that is what the fork itself allocates, shared out. */
    static String bytes(double value) {
        return value < 0.5 ? "0" : String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Says a mean with half the width of its interval, both to the same place. */
    static String interval(Interval interval) {
        String mean = amount(interval.mean());
        if (!interval.isBounded()) {
            return mean + " (once)";
        }
        int dot = mean.indexOf('.');
        int places = dot < 0 ? 0 : mean.length() - dot - 1;
        return mean + " ± " + String.format(Locale.ROOT, "%,." + places + "f", interval.half());
    }
}
