package io.centroid.cli.doctor;

/** A check with its name. */
record Check(String name, Examination examination) {

  /** The work of a check; one that throws is a finding. */
  interface Examination {
    Outcome examine() throws Exception;
  }
}
