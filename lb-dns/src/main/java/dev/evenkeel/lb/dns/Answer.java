package dev.evenkeel.lb.dns;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * What came back for one question.
 *
 * @param records those asked for; none if there are none, or the question goes on under another name
 * @param glue addresses that the server put beside them
 * @param ttlSeconds how long this holds
 * @param goesOn the name that an alias points to and whose records did not come along, or null
 */
record Answer(
        List<Record> records,
        List<Record> glue,
        long ttlSeconds,
        boolean noSuchName,
        @Nullable Name goesOn) {
    /** What holds where a zone does not say how long. */
    static final long UNSAID_TTL = 30;

    /**
     * Reads what a server said.
     *
     * @throws UnusableAnswerException if that is neither records nor the word that there are none
     */
    static Answer of(Question question, Message query, Message said) throws UnusableAnswerException {
        checkCode(said);
        // Drops what was not asked for, which a server could smuggle in.
        Message clean = normalized(query, said);
        if (clean == null) {
            throw new UnusableAnswerException("the server's answer contradicts itself");
        }
        Name name = question.name();
        long ttl = Long.MAX_VALUE;
        List<Record> records = new ArrayList<>();
        for (Record each : clean.getSection(Section.ANSWER)) {
            if (each.getName().equals(name) && each.getType() == question.type()) {
                records.add(each);
                ttl = Math.min(ttl, each.getTTL());
            } else if (each.getName().equals(name) && each instanceof CNAMERecord alias) {
                name = alias.getTarget();
                ttl = Math.min(ttl, each.getTTL());
            }
        }
        boolean noSuchName = said.getRcode() == Rcode.NXDOMAIN && records.isEmpty();
        if (records.isEmpty()) {
            boolean onlyAlias = !name.equals(question.name()) && !noSuchName && soa(clean) == null;
            long holds = onlyAlias ? ttl : Math.min(ttl, negativeTtl(clean));
            return new Answer(List.of(), List.of(), holds, noSuchName, onlyAlias ? name : null);
        }
        return new Answer(List.copyOf(records), clean.getSection(Section.ADDITIONAL), ttl, false, null);
    }

    /**
     * Checks that a server knows something, be it that there is no such name.
     *
     * @throws UnusableAnswerException if it does not
     */
    static void checkCode(Message said) throws UnusableAnswerException {
        int code = said.getRcode();
        if (code != Rcode.NOERROR && code != Rcode.NXDOMAIN) {
            throw new UnusableAnswerException("the server said " + Rcode.string(code));
        }
    }

    private static @Nullable Message normalized(Message query, Message said) throws UnusableAnswerException {
        try {
            return said.normalize(query);
        } catch (RuntimeException e) {
            // dnsjava 3.6.5 fails so on two aliases of one name; that must not hit the other questions of the round.
            throw new UnusableAnswerException("the server's answer is malformed", e);
        }
    }

    private static long negativeTtl(Message clean) {
        SOARecord soa = soa(clean);
        return soa == null ? UNSAID_TTL : Math.min(soa.getTTL(), soa.getMinimum());
    }

    private static @Nullable SOARecord soa(Message clean) {
        for (Record each : clean.getSection(Section.AUTHORITY)) {
            if (each.getType() == Type.SOA && each instanceof SOARecord soa) {
                return soa;
            }
        }
        return null;
    }

    /** Returns the same, holding no longer than the aliases that led here. */
    Answer within(long seconds) {
        return new Answer(records, glue, Math.min(ttlSeconds, seconds), noSuchName, goesOn);
    }
}
