package dev.evenkeel.lb.dns;

import dev.evenkeel.lb.api.Endpoint;
import java.util.List;

/**
 * The weights of SRV records as weights of endpoints. A target's weight is shared by its addresses, and the ratios stay: exactly as
 * long as whole numbers up to the largest weight can say them, else to the nearest one.
 */
final class SrvWeights {
    /** RFC 2782 gives weight 0 "a very small chance" beside others; 0 itself is no weight of an endpoint. */
    private static final int ONE_BESIDE_ZERO = 10;

    private SrvWeights() {}

    /** The weight of a record, 0 to 65535, and how many addresses its target has. */
    record Share(int weight, int addresses) {}

    /** Returns, for each record of one priority, the weight that each of its addresses gets. */
    static int[] each(List<Share> shares) {
        boolean someZero = shares.stream().anyMatch(share -> share.weight == 0);
        boolean someMore = shares.stream().anyMatch(share -> share.weight > 0);
        long unit = someZero && someMore ? ONE_BESIDE_ZERO : 1;
        long whole = 1;
        for (Share share : shares) {
            if (share.addresses > 0) {
                whole = Math.min(Endpoint.MAX_WEIGHT, leastCommonMultiple(whole, share.addresses));
            }
        }
        double[] exact = new double[shares.size()];
        double largest = 1;
        for (int i = 0; i < exact.length; i++) {
            Share share = shares.get(i);
            double weight = share.weight == 0 ? 1 : (double) share.weight * unit;
            exact[i] = weight * whole / Math.max(1, share.addresses);
            largest = Math.max(largest, exact[i]);
        }
        double scale = Math.min(1, Endpoint.MAX_WEIGHT / largest);
        int[] weights = new int[exact.length];
        for (int i = 0; i < exact.length; i++) {
            weights[i] = (int) Math.max(1, Math.round(exact[i] * scale));
        }
        return weights;
    }

    private static long leastCommonMultiple(long a, long b) {
        return a / greatestCommonDivisor(a, b) * b;
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }
}
