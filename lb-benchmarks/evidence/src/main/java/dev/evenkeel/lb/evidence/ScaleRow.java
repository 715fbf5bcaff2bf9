package dev.evenkeel.lb.evidence;

/** What something costs us at one size, as {@code Scale} prints it. */
record ScaleRow(String what, int backends, String unit, double median, double least, double most) {}
