package dev.evenkeel.lb.okhttp;

import java.util.List;
import okhttp3.Protocol;

/** The version of HTTP that client and servers of a row of the fault matrix speak. */
enum Wire {
    H1,
    H2;

    List<Protocol> protocols(boolean tls) {
        if (this == H1) {
            return List.of(Protocol.HTTP_1_1);
        }
        return tls ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1) : List.of(Protocol.H2_PRIOR_KNOWLEDGE);
    }
}
