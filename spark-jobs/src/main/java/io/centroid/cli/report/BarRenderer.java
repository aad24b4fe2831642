package io.centroid.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.function.Supplier;
import me.tongfei.progressbar.ProgressBarRenderer;
import me.tongfei.progressbar.ProgressState;

/**
 * Renders the progress of a task in a line that fits the terminal: the percentage, a bar and
 * details. Where there is too little room for all, the last detail, the time left, comes first,
 * then the others from left to right, then the bar, then the name of the task.
 *
 * @param details details in the order in which they are shown
 * @param unicode whether block characters may be used
 */
record BarRenderer(Supplier<List<String>> details, boolean unicode) implements ProgressBarRenderer {
  private static final int SHORTEST_BAR = 8;
  private static final int SHORTEST_NAMED_BAR = 16;
  private static final int LONGEST_BAR = 50;
  private static final String EIGHTHS = " ▏▎▍▌▋▊▉█";

  @Override
  public String render(ProgressState progress, int maxLength) {
    double done = progress.getMax() == 0 ? 1 : (double) progress.getCurrent() / progress.getMax();
    return line(progress.getTaskName(), done, details.get(), maxLength, unicode);
  }

  /**
   * The line.
   *
   * @param done part of the task that is done, 0 to 1
   * @param width maximum length
   */
  static String line(String task, double done, List<String> details, int width, boolean unicode) {
    double part = Math.min(1, Math.max(0, done));
    String percent = String.format(Locale.ROOT, "%3d%%", (int) Math.floor(100 * part));
    String shown = String.join(", ", fitting(details, width - percent.length() - 1));
    int used = percent.length() + (shown.isEmpty() ? 0 : 1 + shown.length());
    int forBar = width - used - " []".length();
    boolean isNamed = forBar - task.length() - 1 >= SHORTEST_NAMED_BAR;
    int length = Math.min(LONGEST_BAR, isNamed ? forBar - task.length() - 1 : forBar);
    String line =
        (isNamed ? task + " " : "")
            + percent
            + (length < SHORTEST_BAR ? "" : " " + bar(part, length, unicode))
            + (shown.isEmpty() ? "" : " " + shown);
    return line.length() <= width ? line : line.substring(0, Math.max(0, width));
  }

  /** The details that fit, most important ones first, in the order in which they are shown. */
  private static List<String> fitting(List<String> details, int width) {
    TreeSet<Integer> chosen = new TreeSet<>();
    int left = width;
    for (int i = 0; i < details.size(); i++) {
      int index = (i + details.size() - 1) % details.size();
      int length = details.get(index).length() + (chosen.isEmpty() ? 0 : 2);
      if (length <= left && !details.get(index).isEmpty()) {
        chosen.add(index);
        left -= length;
      }
    }
    return new ArrayList<>(chosen.stream().map(details::get).toList());
  }

  private static String bar(double done, int width, boolean unicode) {
    if (!unicode) {
      int filled = (int) Math.floor(done * width);
      String head = filled < width ? ">" : "";
      return "[" + "=".repeat(filled) + head + " ".repeat(width - filled - head.length()) + "]";
    }
    int eighths = (int) Math.floor(done * width * 8);
    String head = eighths % 8 == 0 ? "" : String.valueOf(EIGHTHS.charAt(eighths % 8));
    String filled = "█".repeat(eighths / 8) + head;
    return "│" + filled + " ".repeat(width - filled.length()) + "│";
  }
}
