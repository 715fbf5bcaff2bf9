package dev.evenkeel.lb.evidence;

import java.util.List;

/** What was measured of us alone. */
record Costs(List<CallRow> calls, List<ScaleRow> scale) {}
