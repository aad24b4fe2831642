package io.centroid.redact;

import io.centroid.redact.detect.Detection;
import io.centroid.redact.detect.Detection.Span;
import io.centroid.redact.detect.Kind;
import io.centroid.redact.detect.Names;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Redacts documents by a policy. The result is a pure function of document, policy and key. Threads
 * may share a redactor.
 */
public final class Redactor {
  private final Policy policy;
  private final Detection detection;
  private final @Nullable Pseudonyms pseudonyms;

  private Redactor(Policy policy, Detection detection, @Nullable Pseudonyms pseudonyms) {
    this.policy = policy;
    this.detection = detection;
    this.pseudonyms = pseudonyms;
  }

  /**
   * Creates a redactor of a policy that needs no key.
   *
   * @throws IllegalArgumentException if it needs one
   */
  public static Redactor of(Policy policy) {
    return of(policy, new byte[0]);
  }

  /**
   * Creates a redactor.
   *
   * @param key secret key of pseudonyms and substitutes, from {@link Policy#resolveKey}
   * @throws IllegalArgumentException if the policy needs a key and it is empty
   */
  public static Redactor of(Policy policy, byte[] key) {
    if (policy.needsKey() && key.length == 0) {
      throw new IllegalArgumentException("the policy needs a key");
    }
    EnumSet<Kind> kinds = EnumSet.allOf(Kind.class);
    kinds.removeIf(kind -> policy.action(kind) == Action.KEEP);
    List<Function<String, List<Span>>> more =
        policy.opennlpModel().isEmpty() || !kinds.contains(Kind.NAME)
            ? List.of()
            : List.of(OpenNlpNames.load(policy.opennlpModel()));
    Names names = Names.COMMON.with(policy.names());
    return new Redactor(
        policy,
        new Detection(kinds, policy.regions(), names, more),
        key.length == 0 ? null : new Pseudonyms(key, policy.regions()));
  }

  /** Finds what the policy redacts, in the order of the document, without overlaps. */
  public List<Span> find(String document) {
    return detection.find(document);
  }

  /** Redacts a document. */
  public Redacted redact(String document) {
    return redact(document, detection.find(document));
  }

  /**
   * Redacts a value with the name of its field or column as context: {@code born: 1980-05-23} is a
   * date of birth, {@code 1980-05-23} is not. All of the value of a field such as {@code password}
   * is a secret, and a number such as {@code 457555462.0} is a whole one.
   */
  public Redacted redact(String field, String value) {
    return redact(field, Detection.isSecretField(field), value);
  }

  /**
   * As {@link #redact(String, String)}.
   *
   * @param secret whether all of the value is a secret, as in a field such as {@code password}, or
   *     in one within it
   */
  public Redacted redact(String field, boolean secret, String value) {
    String whole = withoutFraction(value);
    List<Span> found = find(field, whole);
    boolean all = secret && !whole.isBlank() && policy.action(Kind.API_KEY) != Action.KEEP;
    Redacted redacted = all ? redactAll(whole, found) : redact(whole, found);
    return redacted.counts().isEmpty() ? new Redacted(Optional.of(value), Map.of()) : redacted;
  }

  private List<Span> find(String field, String value) {
    String context = field + ": ";
    List<Span> found = new ArrayList<>();
    for (Span span : detection.find(context + value)) {
      if (span.start() >= context.length()) {
        int start = span.start() - context.length();
        found.add(new Span(span.kind(), start, span.end() - context.length()));
      } else if (span.end() > context.length()) {
        return detection.find(value); // The name is a part of the finding.
      }
    }
    return found;
  }

  /**
   * Replaces all of a secret value: private keys, and what is around them as an API key. The other
   * findings count, and drop the value, too.
   */
  private Redacted redactAll(String value, List<Span> found) {
    List<Span> secrets = new ArrayList<>();
    List<Span> others = new ArrayList<>();
    int from = 0;
    for (Span span : found) {
      if (span.kind() == Kind.PRIVATE_KEY) {
        addRest(value, from, span.start(), secrets);
        secrets.add(span);
        from = span.end();
      } else if (span.kind() != Kind.API_KEY) {
        others.add(span);
      }
    }
    addRest(value, from, value.length(), secrets);
    Redacted replaced = redact(value, secrets);
    Redacted counted = redact(value, others);
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    counts.putAll(replaced.counts());
    counts.putAll(counted.counts());
    return new Redacted(counted.text().flatMap(text -> replaced.text()), counts);
  }

  private static void addRest(String value, int from, int to, List<Span> secrets) {
    if (!value.substring(from, to).isBlank()) {
      secrets.add(new Span(Kind.API_KEY, from, to));
    }
  }

  private static String withoutFraction(String value) {
    int dot = value.indexOf('.');
    boolean whole =
        dot > 0
            && dot < value.length() - 1
            && value.substring(0, dot).chars().allMatch(c -> c >= '0' && c <= '9')
            && value.substring(dot + 1).chars().allMatch(c -> c == '0');
    return whole ? value.substring(0, dot) : value;
  }

  private Redacted redact(String document, List<Span> spans) {
    if (spans.isEmpty()) {
      return new Redacted(Optional.of(document), Map.of());
    }
    Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    StringBuilder text = new StringBuilder(document.length() + 64);
    boolean dropped = false;
    int from = 0;
    for (Span span : spans) {
      counts.merge(span.kind(), 1, Integer::sum);
      dropped |= policy.action(span.kind()) == Action.DROP;
      text.append(document, from, span.start());
      text.append(replacement(span.kind(), document.substring(span.start(), span.end())));
      from = span.end();
    }
    text.append(document, from, document.length());
    return new Redacted(dropped ? Optional.empty() : Optional.of(text.toString()), counts);
  }

  private String replacement(Kind kind, String value) {
    return switch (policy.action(kind)) {
      case KEEP -> value;
      case MASK, DROP -> "[" + kind.label() + "]";
      case PSEUDONYM -> keyed().pseudonym(kind, value);
      case SUBSTITUTE -> keyed().substitute(kind, value);
    };
  }

  private Pseudonyms keyed() {
    if (pseudonyms == null) {
      throw new IllegalStateException("no key");
    }
    return pseudonyms;
  }
}
