package dev.evenkeel.lb.evidence;

/** What the forks of a cell came to. */
record Result(Subject subject, Cell cell, Interval nanos, Interval bytes) {}
