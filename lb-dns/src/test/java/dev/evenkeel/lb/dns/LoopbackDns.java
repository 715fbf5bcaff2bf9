package dev.evenkeel.lb.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/** A server of one zone on the loopback, by UDP and TCP on one port. Two threads, which end with it. */
final class LoopbackDns {
    private static final int PORT_TRIES = 20;

    final Zone zone;
    final AtomicInteger tcpAnswers = new AtomicInteger();
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Thread[] threads;
    private volatile boolean truncates;
    private volatile @Nullable Socket client;

    LoopbackDns(Zone zone) throws IOException {
        this.zone = zone;
        DatagramSocket datagrams = null;
        ServerSocket streams = null;
        for (int i = 0; i < PORT_TRIES && streams == null; i++) {
            datagrams = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            streams = listen(datagrams);
        }
        if (datagrams == null || streams == null) {
            throw new IOException("no port is free for both in " + PORT_TRIES + " tries");
        }
        udp = datagrams;
        tcp = streams;
        threads = new Thread[] {new Thread(this::serveUdp, "dns-udp"), new Thread(this::serveTcp, "dns-tcp")};
        for (Thread each : threads) {
            each.setDaemon(true);
            each.start();
        }
    }

    private static @Nullable ServerSocket listen(DatagramSocket datagrams) {
        try {
            return new ServerSocket(datagrams.getLocalPort(), 10, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            datagrams.close(); // The port is taken for TCP, so another one is tried.
            return null;
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort());
    }

    /** From now on answers by UDP are cut off. */
    void truncate() {
        truncates = true;
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Message answer = answer(Arrays.copyOf(buffer, packet.getLength()));
                if (answer != null) {
                    if (truncates) {
                        answer.getHeader().setFlag(Flags.TC);
                        answer.removeAllRecords(Section.ANSWER);
                    }
                    byte[] wire = answer.toWire();
                    udp.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            }
        } catch (SocketException e) {
            ended(udp.isClosed(), e);
        } catch (IOException e) {
            ended(false, e);
        }
    }

    private void serveTcp() {
        try {
            while (true) {
                try (Socket socket = tcp.accept()) {
                    client = socket;
                    socket.setSoTimeout(10_000);
                    serve(socket);
                }
            }
        } catch (IOException e) {
            ended(tcp.isClosed(), e);
        }
    }

    private void serve(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        try {
            while (true) {
                byte[] wire = in.readNBytes(in.readUnsignedShort());
                Message answer = answer(wire);
                if (answer == null) {
                    return;
                }
                tcpAnswers.incrementAndGet();
                byte[] said = answer.toWire();
                out.writeShort(said.length);
                out.write(said);
                out.flush();
            }
        } catch (EOFException | SocketException e) {
            ended(true, e); // The client has gone, and the next one may come.
        }
    }

    private @Nullable Message answer(byte[] wire) throws IOException {
        return zone.answer(new Message(wire));
    }

    private static void ended(boolean expected, IOException e) {
        if (!expected) {
            throw new IllegalStateException("the server of the test broke", e);
        }
    }

    /** Ends both threads. */
    void stop() throws IOException, InterruptedException {
        udp.close();
        tcp.close();
        Socket last = client;
        if (last != null) {
            last.close(); // dnsjava keeps its connections for the next question.
        }
        for (Thread each : threads) {
            each.join(15_000);
            if (each.isAlive()) {
                throw new IllegalStateException(each + " did not end");
            }
        }
    }
}
