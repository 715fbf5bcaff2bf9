package dev.evenkeel.examples;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/** Takes web sockets at {@link #PATH}, and repeats what it hears under the name of its backend. */
final class ChatRoom {
    static final String PATH = "/chat";

    private ChatRoom() {}

    /** Returns a handler that takes web sockets and leaves everything else to the one behind it. */
    static Handler before(Server server, Handler behind, String name) {
        WebSocketUpgradeHandler sockets = WebSocketUpgradeHandler.from(
                server, container -> container.addMapping(PATH, (request, response, done) -> new Talk(name)));
        sockets.setHandler(behind);
        return sockets;
    }

    /** One socket. Public because Jetty calls it by method handles. */
    public static final class Talk extends Session.Listener.AbstractAutoDemanding {
        private final String name;

        Talk(String name) {
            this.name = name;
        }

        @Override
        public void onWebSocketText(String text) {
            getSession().sendText(name + " heard " + text, Callback.NOOP);
        }

        /** Says nothing: a socket breaks when its backend is killed or its client cancels, and the client hears of it. */
        @Override
        public void onWebSocketError(Throwable cause) {}
    }
}
