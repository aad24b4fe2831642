package io.centroid.report;

import java.util.List;
import java.util.Map;

/**
 * Builds markup. Every text and attribute value is escaped; tags and attribute names are constants
 * of the program.
 */
final class Html {
  private final StringBuilder markup = new StringBuilder();

  /** Opens an element; attributes are alternating names and values. */
  Html open(String tag, String... attributes) {
    markup.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      markup.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      markup.append('"');
    }
    markup.append('>');
    return this;
  }

  Html close(String tag) {
    markup.append("</").append(tag).append(">\n");
    return this;
  }

  Html text(String text) {
    escape(text);
    return this;
  }

  /** An element that contains text only. */
  Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /** Appends markup of the program. */
  Html markup(String trusted) {
    markup.append(trusted);
    return this;
  }

  /**
   * A table that scrolls inside its box. The first cell of a row is its header; the other columns
   * are numbers, aligned to the right.
   *
   * @param label what the table contains, for screen readers
   */
  Html table(String label, List<String> head, List<List<String>> rows) {
    openTable(label, "numbers");
    open("thead").open("tr");
    head.forEach(cell -> element("th", cell, "scope", "col"));
    close("tr").close("thead").open("tbody");
    for (List<String> row : rows) {
      open("tr").element("th", row.get(0), "scope", "row");
      row.stream().skip(1).forEach(cell -> element("td", cell));
      close("tr");
    }
    return close("tbody").closeTable();
  }

  /** A table of names and values, which are text. */
  Html pairs(String label, Map<String, String> pairs) {
    openTable(label, "pairs");
    open("tbody");
    pairs.forEach(
        (name, value) ->
            open("tr")
                .open("th", "scope", "row")
                .key(name)
                .close("th")
                .element("td", value)
                .close("tr"));
    return close("tbody").closeTable();
  }

  /** Text that a narrow screen breaks after dots and hyphens rather than in words. */
  private Html key(String text) {
    String[] pieces = text.split("(?<=[.]|[a-z]-)", -1);
    text(pieces[0]);
    for (int i = 1; i < pieces.length; i++) {
      markup("<wbr>").text(pieces[i]);
    }
    return this;
  }

  /** Opens a table in a box in which it scrolls, also by the keyboard. */
  Html openTable(String label, String type) {
    return open("div", "class", "box", "role", "region", "tabindex", "0", "aria-label", label)
        .open("table", "class", type);
  }

  Html closeTable() {
    return close("table").close("div");
  }

  private void escape(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> markup.append("&lt;");
        case '>' -> markup.append("&gt;");
        case '&' -> markup.append("&amp;");
        case '"' -> markup.append("&quot;");
        case '\'' -> markup.append("&#39;");
        default ->
            markup.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
  }

  @Override
  public String toString() {
    return markup.toString();
  }
}
