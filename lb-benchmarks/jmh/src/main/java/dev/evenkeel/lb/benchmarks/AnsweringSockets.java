package dev.evenkeel.lb.benchmarks;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import javax.net.SocketFactory;

/**
 * Sockets whose peer is memory: it answers each GET that is written as {@link TinyServers} do. So a call goes all the way
 * down in OkHttp, over a pooled connection and with all events, and the operating system has no part in what it costs. A
 * socket is for one thread at a time.
 */
final class AnsweringSockets extends SocketFactory {
    @Override
    public Socket createSocket() {
        return new AnsweringSocket();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unconnectedOnly();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unconnectedOnly();
    }

    private static UnsupportedOperationException unconnectedOnly() {
        return new UnsupportedOperationException("OkHttp makes sockets first and connects them then");
    }

    private static final class AnsweringSocket extends Socket {
        private final byte[] answer = TinyServers.answer();

        /** How much of the answer is to be read yet. */
        private int left;

        private boolean connected;
        private boolean closed;

        @Override
        public void connect(SocketAddress endpoint, int timeout) {
            connected = true;
        }

        @Override
        public boolean isConnected() {
            return connected;
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public synchronized void close() {
            closed = true;
        }

        @Override
        public void setSoTimeout(int timeout) {
            // nobody is waited for
        }

        @Override
        public OutputStream getOutputStream() {
            return new OutputStream() {
                @Override
                public void write(int one) {
                    throw new UnsupportedOperationException("OkHttp writes the head of a request in one piece");
                }

                @Override
                public void write(byte[] bytes, int from, int length) {
                    int end = from + length;
                    if (left != 0 || length < 4 || bytes[end - 1] != '\n' || bytes[end - 3] != '\n') {
                        throw new IllegalStateException(
                                "a request must be one head in one piece, after the last answer");
                    }
                    left = answer.length;
                }
            };
        }

        @Override
        public InputStream getInputStream() {
            return new InputStream() {
                @Override
                public int read() {
                    throw new UnsupportedOperationException("OkHttp reads into arrays");
                }

                @Override
                public int read(byte[] into, int from, int length) {
                    if (left == 0) {
                        throw new IllegalStateException("nothing was asked for");
                    }
                    int read = Math.min(length, left);
                    System.arraycopy(answer, answer.length - left, into, from, read);
                    left -= read;
                    return read;
                }
            };
        }
    }
}
