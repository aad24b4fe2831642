package io.centroid.cli.watch;

/**
 * Dots that are drawn as characters: Braille patterns of two by four dots (Unicode block 2800), or
 * in ASCII two dots on top of each other.
 */
final class DotGrid {
  private static final int BRAILLE = 0x2800;

  /** Bits of the Braille dots, by row and column. */
  private static final int[][] BITS = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

  private final boolean unicode;
  private final boolean[][] dots;

  /** Creates an empty grid of a size in characters. */
  DotGrid(int rows, int columns, boolean unicode) {
    this.unicode = unicode;
    this.dots = new boolean[rows * (unicode ? 4 : 2)][columns * (unicode ? 2 : 1)];
  }

  int height() {
    return dots.length;
  }

  int width() {
    return dots[0].length;
  }

  /** Draws a line between two dots, row 0 on top. */
  void line(int fromColumn, int fromRow, int toColumn, int toRow) {
    int steps = Math.max(1, Math.max(Math.abs(toColumn - fromColumn), Math.abs(toRow - fromRow)));
    for (int i = 0; i <= steps; i++) {
      int row = fromRow + Math.round((float) (toRow - fromRow) * i / steps);
      int column = fromColumn + Math.round((float) (toColumn - fromColumn) * i / steps);
      dots[row][column] = true;
    }
  }

  /** The characters of a row. */
  String text(int row) {
    StringBuilder text = new StringBuilder();
    int columns = unicode ? width() / 2 : width();
    for (int column = 0; column < columns; column++) {
      text.append(unicode ? braille(row, column) : ascii(row, column));
    }
    return text.toString();
  }

  private char braille(int row, int column) {
    int bits = 0;
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 2; x++) {
        bits |= dots[4 * row + y][2 * column + x] ? BITS[y][x] : 0;
      }
    }
    return bits == 0 ? ' ' : (char) (BRAILLE + bits);
  }

  private char ascii(int row, int column) {
    boolean upper = dots[2 * row][column];
    boolean lower = dots[2 * row + 1][column];
    return upper ? lower ? ':' : '\'' : lower ? '.' : ' ';
  }
}
