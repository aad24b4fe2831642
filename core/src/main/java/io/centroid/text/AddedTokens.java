package io.centroid.text;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A matcher of added tokens in a text: leftmost first, then longest. */
public final class AddedTokens {
  public static final AddedTokens NONE = new AddedTokens(List.of());

  private static final Pattern WORD = Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern SPACE = Pattern.compile("\\s", Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, AddedToken> byContent = new HashMap<>();
  private final List<AddedToken> tokens;
  private final @Nullable Pattern first;
  private final @Nullable Pattern second;

  public AddedTokens(List<AddedToken> tokens) {
    this.tokens = List.copyOf(tokens);
    tokens.forEach(token -> byContent.put(token.content(), token));
    first = pattern(tokens.stream().filter(token -> !token.normalized()).toList());
    second = pattern(tokens.stream().filter(AddedToken::normalized).toList());
  }

  /** Receives the text between two added tokens. */
  public interface Between {
    void accept(String text);
  }

  public List<AddedToken> tokens() {
    return tokens;
  }

  /** Splits a text into added tokens and the parts between them, in order. */
  public void split(String text, IntConsumer added, Between between) {
    split(text, first, added, part -> split(part, second, added, between));
  }

  /** Adds the number of added tokens in a text to counts by id. */
  public void count(String text, Map<Integer, Long> counts) {
    if (!tokens.isEmpty()) {
      split(text, id -> counts.merge(id, 1L, Long::sum), part -> {});
    }
  }

  private void split(String text, @Nullable Pattern pattern, IntConsumer added, Between between) {
    int done = 0;
    if (pattern != null) {
      Matcher matcher = pattern.matcher(text);
      while (matcher.find()) {
        AddedToken token = Objects.requireNonNull(byContent.get(matcher.group()));
        if (token.singleWord() && !isWord(text, matcher.start(), matcher.end())) {
          continue;
        }
        int start = matcher.start();
        while (token.stripsLeft() && start > done && is(SPACE, text.codePointBefore(start))) {
          start--;
        }
        int end = matcher.end();
        while (token.stripsRight() && end < text.length() && is(SPACE, text.codePointAt(end))) {
          end++;
        }
        if (start > done) {
          between.accept(text.substring(done, start));
        }
        added.accept(token.id());
        done = end;
      }
    }
    if (done < text.length()) {
      between.accept(text.substring(done));
    }
  }

  /** Whether the characters before and after a match are not parts of words. */
  private static boolean isWord(String text, int start, int end) {
    return (start == 0 || !is(WORD, text.codePointBefore(start)))
        && (end == text.length() || !is(WORD, text.codePointAt(end)));
  }

  /** Whether a character is of a class; all spaces are single UTF-16 units. */
  private static boolean is(Pattern kind, int character) {
    return kind.matcher(Character.toString(character)).matches();
  }

  private static @Nullable Pattern pattern(List<AddedToken> tokens) {
    if (tokens.isEmpty()) {
      return null;
    }
    return Pattern.compile(
        tokens.stream()
            .map(AddedToken::content)
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|")));
  }
}
