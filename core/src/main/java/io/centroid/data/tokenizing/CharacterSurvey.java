package io.centroid.data.tokenizing;

import io.centroid.data.documents.DocumentSink;
import io.centroid.data.documents.Place;
import io.centroid.data.documents.TextReader;
import java.util.BitSet;

/** Finds which characters (code points) a text has. */
public final class CharacterSurvey {
  private CharacterSurvey() {}

  /** The code points that a reader's text has; closes it. */
  public static BitSet of(TextReader reader) {
    Characters characters = new Characters();
    try (reader) {
      boolean more = true;
      while (more) {
        more = reader.next(characters);
      }
    }
    return characters.found;
  }

  private static final class Characters implements DocumentSink {
    private final BitSet found = new BitSet();

    @Override
    public boolean begin(Place place, boolean head) {
      return true;
    }

    @Override
    public void piece(String text, long offset) {
      for (int i = 0; i < text.length(); ) {
        int codePoint = text.codePointAt(i);
        found.set(codePoint);
        i += Character.charCount(codePoint);
      }
    }

    @Override
    public void end(boolean complete) {
      // Documents do not matter.
    }
  }
}
