package dev.evenkeel.lb.benchmarks.peers.grpc;

import com.google.protobuf.CodedOutputStream;
import io.grpc.Metadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;

/** Where a backend would be, if there were one. Equal to itself only. */
final class Address extends SocketAddress {
    private static final long serialVersionUID = 1;

    private static final Metadata.Key<byte[]> REPORT =
            Metadata.Key.of("endpoint-load-metrics-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /** Numbers of two fields of {@code xds.data.orca.v3.OrcaLoadReport}, which gRPC keeps to itself as a class. */
    private static final int RPS_FRACTIONAL = 6;

    private static final int APPLICATION_UTILIZATION = 9;

    final int number;

    /** What it sends at the end of a call: nothing but a report of its load, in bytes as it comes off the wire. */
    final transient Metadata trailers = new Metadata();

    /**
     * An address.
     *
     * @param weight how many calls in a second it says it could do at most, in hundreds; a policy that goes by weight takes
     *     that for the weight
     */
    Address(int number, int weight) {
        this.number = number;
        trailers.put(REPORT, report(50.0 * weight, 0.5));
    }

    private static byte[] report(double callsInASecond, double utilization) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeDouble(RPS_FRACTIONAL, callsInASecond);
            out.writeDouble(APPLICATION_UTILIZATION, utilization);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("no file, no socket, and yet", e);
        }
        return bytes.toByteArray();
    }

    @Override
    public String toString() {
        return "backend " + number;
    }
}
