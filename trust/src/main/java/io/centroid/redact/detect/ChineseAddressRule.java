package io.centroid.redact.detect;

/**
 * Chinese postal addresses at the 号 of a house: digits before it, a road before them, and the
 * district, city and province before that; building and room after it.
 */
final class ChineseAddressRule {
  private static final int LONGEST = 32;
  private static final String ROADS = "路街道巷弄里村胡同大";
  private static final String UNITS = "号栋幢座楼层室单元弄户";

  /** Characters after which an address begins. */
  private static final String BEFORE = "在于到是为址从往寄至住了和与及把";

  private static final String[] PROVINCES = {
    "北京", "上海", "天津", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古",
    "广西", "西藏", "宁夏", "新疆", "香港", "澳门"
  };

  void match(Text text, int at) {
    int number = at;
    while (at - number < 6 && (Chars.isDigit(text.at(number - 1)) || text.at(number - 1) == '-')) {
      number--;
    }
    if (number == at || ROADS.indexOf(text.at(number - 1)) < 0) {
      return;
    }
    int start = number;
    int least = Math.max(0, number - LONGEST);
    while (start > least
        && (Chars.isChinese(text.at(start - 1)) || Chars.isDigit(text.at(start - 1)))
        && BEFORE.indexOf(text.at(start - 1)) < 0) {
      start--;
    }
    start = province(text, start, number);
    if (number - start >= 3) {
      text.add(Kind.ADDRESS, start, end(text, at + 1));
    }
  }

  /** The first province or municipality, which begins an address. */
  private static int province(Text text, int from, int number) {
    String words = text.slice(from, number);
    int first = Integer.MAX_VALUE;
    for (String province : PROVINCES) {
      int found = words.indexOf(province);
      int after = found + province.length();
      boolean road = after < words.length() && ROADS.indexOf(words.charAt(after)) >= 0;
      first = found >= 0 && !road ? Math.min(first, found) : first;
    }
    return first == Integer.MAX_VALUE ? from : from + first;
  }

  /** The end with building, floor and room, such as {@code 3号楼2单元501室}. */
  private static int end(Text text, int from) {
    int end = from;
    if (text.at(end) == '楼' || text.at(end) == '院') {
      end++;
    }
    for (int part = 0; part < 4; part++) {
      int next = end;
      while (next - end < 6 && Chars.isAlphanumeric(text.at(next))) {
        next++;
      }
      if (next == end || UNITS.indexOf(text.at(next)) < 0) {
        return end;
      }
      while (UNITS.indexOf(text.at(next)) >= 0 && text.at(next) != 0) {
        next++;
      }
      end = next;
    }
    return end;
  }
}
