package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.retry.RetryTokens;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Interceptor.Chain;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One call for a balancer: its first attempt, and those that are made elsewhere. On the thread of the call. */
final class BalancedCall {
    private static final CallTag<Backend> BACKEND = CallTag.of(Backend.class);
    private static final CallTag<CallReport> REPORT = CallTag.of(CallReport.class);

    private final Service service;
    private final Chain chain;
    private final CallTracker tracker;
    private final boolean repeatable;
    private final boolean duplex;

    /** Null unless this is a part of a hedged call. */
    private final @Nullable HedgeLeg leg;

    /** Null unless the caller wants to know. */
    private final @Nullable CallReport report;

    /** What the next pick is told; excludes where the call was tried. */
    private Attempt attempt;

    /** What {@link Targets#last} was before the last pick. */
    private Targets.Departure before;

    /** Null as long as every attempt went well. */
    private @Nullable AttemptTrail trail;

    /**
     * @param mayRepeat whether the request may be sent again after it may have arrived, for all that is known of it
     */
    BalancedCall(Service service, Chain chain, CallTracker tracker, Attempt attempt, boolean mayRepeat) {
        this.service = service;
        this.chain = chain;
        this.tracker = tracker;
        this.attempt = attempt;
        this.before = service.targets().last();
        RequestBody body = chain.request().body();
        this.duplex = body != null && body.isDuplex();
        // A caller whose attempt says that it is not repeatable is believed.
        this.repeatable = attempt.isRepeatable() && mayRepeat;
        this.leg = tracker.leg();
        this.report = REPORT.on(chain.request());
    }

    Response run() throws IOException {
        RetryTokens tokens = service.tokens();
        long beganNanos = System.nanoTime(); // once, since to read the clock costs more than to pick
        if (tokens != null) {
            Repetition.check(chain.request());
            if (leg == null || !leg.isHedge()) {
                tokens.deposit(beganNanos);
            }
        }
        tracker.decideOnRepeats(!repeatable || tokens != null);
        TrackedAttempt current = begin(first(), beganNanos);
        while (true) { // once, and once for each extra attempt
            Lease next;
            try {
                Response response = proceed(current, beganNanos);
                next = mayMove(response, current) ? elsewhere(current) : null;
                if (next == null) {
                    return response;
                }
                trail().add(AttemptFailedException.with(current.endpoint(), since(beganNanos), response.code()));
                response.close();
            } catch (IOException e) {
                Duration elapsed = since(beganNanos);
                next = mayMove(current) ? elsewhere(current) : null;
                if (next == null) {
                    throw told(e, current, elapsed);
                }
                trail().add(AttemptFailedException.with(current.endpoint(), elapsed, e));
            }
            beganNanos = System.nanoTime();
            current = begin(next, beganNanos);
        }
    }

    private static Duration since(long beganNanos) {
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    private AttemptTrail trail() {
        AttemptTrail known = trail;
        if (known == null) {
            known = new AttemptTrail();
            trail = known;
        }
        return known;
    }

    private Lease first() throws IOException {
        before = service.targets().last();
        return leg == null ? service.acquire(attempt) : leg.first(service, attempt, repeatable);
    }

    private Lease pick() throws IOException {
        before = service.targets().last();
        return leg == null ? service.acquire(attempt) : leg.acquire(service, attempt);
    }

    private TrackedAttempt begin(Lease lease, long nowNanos) {
        Lease told = report == null ? lease : report.begun(lease);
        return tracker.begin(told, service.rules().outcomes(), duplex, nowNanos);
    }

    private Response proceed(TrackedAttempt current, long beganNanos) throws IOException {
        try {
            Request request = chain.request();
            Backend backend = current.backend();
            Target target = service.targets().of(backend.endpoint(), before);
            Request.Builder copy = BACKEND.put(request.newBuilder(), backend);
            Request sent = copy.url(target.rewrite(request.url())).build();
            current.target(target);
            Response answer = tracker.restored(send(sent, target, current, beganNanos));
            current.answered(answer);
            if (leg != null) {
                boolean listed = service.rules().retries().isTriedElsewhere(answer.code());
                leg.answered(current, listed, since(beganNanos));
            }
            return target.mapBack(answer, sent, copy.url(request.url()));
        } catch (IOException e) {
            current.threw(e, chain.call().isCanceled());
            throw e;
        } catch (RuntimeException | Error e) {
            current.abandon();
            throw e;
        }
    }

    private Response send(Request request, Target target, TrackedAttempt current, long beganNanos) throws IOException {
        Chain led;
        boolean nests;
        try {
            led = leadTo(target, beganNanos);
            nests = tracker.mustNest(target);
        } catch (IOException e) {
            current.abandon(); // The client is not set up for such a backend, which is not the backend's fault.
            throw e;
        }
        try {
            return tracker.proceed(nests, led, request);
        } catch (IOException e) {
            if (chain.call().isCanceled() || !current.again(request.body())) {
                throw e;
            }
            current.startAgain();
            return tracker.proceed(nests, led, request);
        }
    }

    /** Returns the chain to a target, on which OkHttp by itself sends nothing twice that must not be. */
    private Chain leadTo(Target target, long nowNanos) throws IOException {
        Chain led = target.on(chain, nowNanos);
        return repeatable || !led.getRetryOnConnectionFailure() ? led : led.withRetryOnConnectionFailure(false);
    }

    private boolean mayMove(Response response, TrackedAttempt current) {
        if (service.tokens() == null
                || !service.rules().retries().isTriedElsewhere(response.code())
                || chain.call().isCanceled()
                || tracker.deadlineHasPassed()) {
            return false;
        }
        Outcome.Kind answer = current.answerKind();
        if (answer == Outcome.Kind.REJECTED) {
            if (trail().noteRejected()) {
                return false;
            }
        } else if (answer != Outcome.Kind.FAILURE) {
            return false;
        }
        return repeatable && !current.isElsewhere();
    }

    private boolean mayMove(TrackedAttempt current) {
        if (service.tokens() == null) {
            return false;
        }
        if (tracker.deadlineHasPassed()) {
            trail().endsAs("the deadline has passed");
            return false;
        }
        if (chain.call().isCanceled() || Thread.currentThread().isInterrupted()) {
            trail().endsAs("the call was cancelled");
            return false;
        }
        if (!current.brokeByItself()) {
            trail().endsAs("no other backend could do better");
            return false;
        }
        Request request = chain.request();
        boolean may = repeatable
                || (current.isUnsent() && current.canBeWritten(request.body()) && !Repetition.isForbidden(request));
        if (!may) {
            trail().endsAs("it may have arrived and must not be repeated");
        }
        return may;
    }

    /** Returns a lease on a backend that the call was not tried on, or null if there is none or nothing left to spend. */
    private @Nullable Lease elsewhere(TrackedAttempt current) {
        RetryTokens tokens = service.tokens();
        int most = service.rules().retries().extraAttempts();
        if (tokens == null || (leg == null ? trail().extraAttempts() : leg.extraAttempts()) >= most) {
            trail().endsAs(AttemptTrail.NOT_ALLOWED);
            return null;
        }
        // Looked at first, so that a pick is not made in vain; taken last, so that nothing is spent in vain.
        if (!tokens.hasAny(System.nanoTime())) {
            trail().endsAs("the retry budget is spent");
            return null;
        }
        attempt = attempt.excluding(current.backend());
        Lease lease;
        try {
            lease = pick();
        } catch (IOException e) {
            trail().endsAs("there was no other backend", e);
            return null;
        }
        if (attempt.excludes(lease.backend())) {
            lease.complete(Outcome.IGNORED); // a balancer of the user's that does not know exclusions
            trail().endsAs("the balancer knows no other backend");
            return null;
        }
        if (!canGoTo(lease.backend())) {
            lease.complete(Outcome.IGNORED);
            return null;
        }
        if (!takeExtraAttempt(tokens, most)) {
            lease.complete(Outcome.IGNORED);
            return null;
        }
        return lease;
    }

    private boolean takeExtraAttempt(RetryTokens tokens, int most) {
        if (leg != null && !leg.takeExtraAttempt(most)) {
            trail().endsAs(AttemptTrail.NOT_ALLOWED);
            return false;
        }
        if (!tokens.tryWithdraw(System.nanoTime())) {
            if (leg != null) {
                leg.returnExtraAttempt();
            }
            trail().endsAs("the retry budget is spent");
            return false;
        }
        trail().takesExtraAttempt();
        return true;
    }

    /** Looked at while there is still a response to give to the caller. */
    private boolean canGoTo(Backend next) {
        try {
            Target target = service.targets().of(next.endpoint(), before);
            target.on(chain, System.nanoTime());
            if (tracker.canGoTo(target)) {
                return true;
            }
            trail().endsAs("OkHttp keeps the call on its connection, which other calls use, also for " + next.endpoint()
                    + ", which has the same host and port");
        } catch (IOException e) {
            trail().endsAs("the next backend cannot be called", e);
        }
        return false;
    }

    /** Returns what the call ends with, carrying all attempts. */
    private IOException told(IOException last, TrackedAttempt current, Duration elapsed) {
        if (service.tokens() == null && leg == null) {
            return last;
        }
        IOException own = OwnFailure.of(last, current.isOfSharedConnection(last));
        if (own == null) {
            return last;
        }
        return trail().told(own, current.endpoint(), elapsed);
    }
}
