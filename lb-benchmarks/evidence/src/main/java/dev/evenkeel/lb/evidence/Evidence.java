package dev.evenkeel.lb.evidence;

import java.util.List;

/** A whole run with every sample. The page is drawn from this and from nothing else. */
record Evidence(Setting setting, List<Subject> subjects, List<Sample> samples, List<RaceRow> races, Costs costs) {}
