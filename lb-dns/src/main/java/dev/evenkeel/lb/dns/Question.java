package dev.evenkeel.lb.dns;

import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The records of one type that one absolute name has. */
record Question(Name name, int type) {
    /** Returns the questions for all addresses of a name. */
    static List<Question> addressesOf(Name name, boolean onlyIpv4) {
        Question a = new Question(name, Type.A);
        return onlyIpv4 ? List.of(a) : List.of(a, new Question(name, Type.AAAA));
    }

    Message query() {
        return Message.newQuery(Record.newRecord(name, type, DClass.IN));
    }

    @Override
    public String toString() {
        return Type.string(type) + " of " + name.toString(true);
    }
}
