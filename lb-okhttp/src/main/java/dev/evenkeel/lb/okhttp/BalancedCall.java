package dev.evenkeel.lb.okhttp;

import dev.evenkeel.lb.api.Attempt;
import dev.evenkeel.lb.api.Backend;
import dev.evenkeel.lb.api.Lease;
import dev.evenkeel.lb.api.LoadBalancer;
import dev.evenkeel.lb.api.Outcome;
import dev.evenkeel.lb.core.retry.RetryTokens;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** The current attempt in it. */
    private CallReport.@Nullable Entry reported;

    /** What the next pick is told; excludes where the call was tried. */
    private Attempt attempt;

    /** What {@link Targets#last} was before the last pick. */
    private Targets.Departure before;

    private int extraAttempts;
    private boolean rejected;

    /** Why there was no further attempt; null while it is not asked. */
    private @Nullable String end;

    /** Why the balancer gave nobody else. */
    private @Nullable IOException nobodyElse;

    /** The attempts that failed before the present one; null for none. */
    private @Nullable List<AttemptFailedException> failed;

    /**
     * A balancer and what its calls share.
     *
     * @param tokens the budget for extra attempts; null if there are none
     */
    record Service(
            LoadBalancer balancer,
            CallRules rules,
            Targets targets,
            @Nullable RetryTokens tokens) {
        Lease acquire(Attempt attempt) throws IOException {
            try {
                return balancer.acquire(attempt);
            } catch (RuntimeException e) {
                // OkHttp would let it kill the thread.
                throw new IOException(balancer.name() + ": the balancer failed to give a backend: " + e, e);
            }
        }
    }

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
        this.leg = HedgeLeg.TAG.on(chain.call());
        this.report = REPORT.on(chain.request());
    }

    Response run() throws IOException {
        RetryTokens tokens = service.tokens();
        long startNanos = System.nanoTime(); // once, since to read the clock costs more than to pick
        if (tokens != null) {
            Repetition.check(chain.request());
            if (leg == null || !leg.isHedge()) {
                tokens.deposit(startNanos);
            }
        }
        tracker.decideOnRepeats(!repeatable || tokens != null);
        TrackedAttempt current = begin(first(), startNanos);
        while (true) { // once, and once for each extra attempt
            Lease next;
            try {
                Response response = proceed(current);
                next = mayMove(response, current) ? elsewhere(current) : null;
                if (next == null) {
                    return response;
                }
                note(AttemptFailedException.with(current.endpoint(), current.elapsed(), response.code()));
                response.close();
            } catch (IOException e) {
                Duration elapsed = current.elapsed();
                next = mayMove(current) ? elsewhere(current) : null;
                if (next == null) {
                    throw told(e, current, elapsed);
                }
                note(AttemptFailedException.with(current.endpoint(), elapsed, e));
            }
            current = begin(next, System.nanoTime());
        }
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
        reported = report == null ? null : report.begun(lease);
        return tracker.begin(
                reported == null ? lease : reported, service.rules().outcomes(), duplex, nowNanos);
    }

    private Response proceed(TrackedAttempt current) throws IOException {
        try {
            Request request = chain.request();
            Backend backend = current.backend();
            Target target = service.targets().of(backend.endpoint(), before);
            Request.Builder copy = BACKEND.put(request.newBuilder(), backend);
            Request sent = copy.url(target.rewrite(request.url())).build();
            current.target(target);
            Response answer = tracker.restored(send(sent, target, current));
            if (reported != null) {
                reported.status(answer.code());
            }
            current.answered(answer);
            if (leg != null) {
                leg.answered(current, service.rules().retries().isTriedElsewhere(answer.code()));
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

    private Response send(Request request, Target target, TrackedAttempt current) throws IOException {
        Chain led;
        boolean nests;
        try {
            led = leadTo(target, current);
            nests = tracker.mustNest(target);
        } catch (IOException e) {
            current.abandon(); // The client is not set up for such a backend, which is not the backend's fault.
            throw e;
        }
        try {
            return tracker.proceed(nests, led, request);
        } catch (IOException e) {
            if (chain.call().isCanceled() || !current.delivery().again(request.body())) {
                throw e;
            }
            current.again();
            return tracker.proceed(nests, led, request);
        }
    }

    /** Returns the chain to a target, on which OkHttp by itself sends nothing twice that must not be. */
    private Chain leadTo(Target target, TrackedAttempt current) throws IOException {
        Chain led = target.on(chain, current.startNanos());
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
            if (rejected) {
                return false;
            }
            rejected = true;
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
            end = "the deadline has passed";
            return false;
        }
        if (chain.call().isCanceled() || Thread.currentThread().isInterrupted()) {
            end = "the call was cancelled";
            return false;
        }
        if (!current.brokeByItself()) {
            end = "no other backend could do better";
            return false;
        }
        Request request = chain.request();
        boolean may = repeatable
                || (current.delivery().isUnsent()
                        && current.delivery().canBeWritten(request.body())
                        && !Repetition.isForbidden(request));
        if (!may) {
            end = "it may have arrived and must not be repeated";
        }
        return may;
    }

    /** Returns a lease on a backend that the call was not tried on, or null if there is none or nothing left to spend. */
    private @Nullable Lease elsewhere(TrackedAttempt current) {
        RetryTokens tokens = service.tokens();
        int most = service.rules().retries().extraAttempts();
        if (tokens == null || (leg == null ? extraAttempts : leg.extraAttempts()) >= most) {
            end = "no further attempt is allowed";
            return null;
        }
        // Looked at first, so that a pick is not made in vain; taken last, so that nothing is spent in vain.
        if (!tokens.hasAny(System.nanoTime())) {
            end = "the retry budget is spent";
            return null;
        }
        attempt = attempt.excluding(current.backend());
        Lease lease;
        try {
            lease = pick();
        } catch (IOException e) {
            end = "there was no other backend";
            nobodyElse = e;
            return null;
        }
        if (attempt.excludes(lease.backend())) {
            lease.complete(Outcome.IGNORED); // a balancer of the user's that does not know exclusions
            end = "the balancer knows no other backend";
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
            end = "no further attempt is allowed";
            return false;
        }
        if (!tokens.tryWithdraw(System.nanoTime())) {
            if (leg != null) {
                leg.returnExtraAttempt();
            }
            end = "the retry budget is spent";
            return false;
        }
        extraAttempts++;
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
            end = "OkHttp keeps the call on its connection, which other calls use, also for " + next.endpoint()
                    + ", which has the same host and port";
        } catch (IOException e) {
            end = "the next backend cannot be called";
            nobodyElse = e;
        }
        return false;
    }

    private void note(AttemptFailedException one) {
        if (failed == null) {
            failed = new ArrayList<>(2);
        }
        failed.add(one);
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
        if (failed != null) {
            failed.forEach(own::addSuppressed);
        }
        own.addSuppressed(AttemptFailedException.last(
                current.endpoint(), elapsed, end == null ? "no further attempt is allowed" : end));
        if (nobodyElse != null) {
            own.addSuppressed(nobodyElse);
        }
        return own;
    }
}
