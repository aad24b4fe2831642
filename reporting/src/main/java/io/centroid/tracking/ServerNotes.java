package io.centroid.tracking;

import io.centroid.error.InputErrors;
import io.centroid.security.Redaction;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Remarks for the user on a server, which the sender's thread adds and the training's thread takes.
 */
final class ServerNotes {
  private final String server;
  private final Queue<String> notes = new ConcurrentLinkedQueue<>();
  private final Set<Topic> reported = EnumSet.noneOf(Topic.class);

  ServerNotes(String server) {
    this.server = server;
  }

  /** What is reported once, since it may happen in every attempt. */
  enum Topic {
    OUTAGE,
    RECOVERY,
    REFUSAL,
    RECORD,
    CHANGED_PARAMETERS
  }

  void add(String what) {
    notes.add(line(what));
  }

  /** Adds the first remark on a topic. */
  synchronized void addOnce(Topic topic, String what) {
    if (reported.add(topic)) {
      add(what);
    }
  }

  void refused(String what, MlflowFailure e) {
    addOnce(Topic.REFUSAL, "refuses " + what + ": it " + e.getMessage());
  }

  /** The next remark; null if there is none. */
  @Nullable String next() {
    return notes.poll();
  }

  /** A line of output. It may quote what the server or a file says. */
  String line(String what) {
    return InputErrors.oneLine(Redaction.of("MLflow: " + server + " " + what));
  }
}
