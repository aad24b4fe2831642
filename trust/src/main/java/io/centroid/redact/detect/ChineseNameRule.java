package io.centroid.redact.detect;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Names of persons in Chinese at a surname of the dictionary: after words such as 姓名, before a
 * title such as 先生, or as a phrase of its own whose given name is made of common characters.
 */
final class ChineseNameRule {
  private static final int LONGEST = 6;

  private static final List<String> BEFORE =
      List.of(
          "姓名", "氏名", "顾客", "顧客", "客戶", "我叫", "名叫", "叫做", "我是", "联系人", "收件人", "客户", "患者", "病人",
          "员工", "经理", "同事", "记者", "医生", "老师", "教授", "校长", "院长", "主席", "书记", "市长", "总裁", "董事长", "作者",
          "用户", "业主", "朋友", "同学");

  /** The last two characters of labels of names. */
  private static final Set<String> LABELS =
      Set.of(
          "姓名", "氏名", "名前", "系人", "絡人", "件人", "患者", "病人", "顾客", "顧客", "客户", "客戶", "户名", "戶名", "会员",
          "會員", "员工", "員工", "作者", "业主", "業主");

  private static final List<String> AFTER =
      List.of("先生", "女士", "小姐", "老师", "经理", "医生", "教授", "同学", "律师", "主任", "太太", "师傅", "博士");

  /** Characters that may follow a name in running text. */
  private static final String FOLLOWING = "的在于是和与及说，。、；：！？,.;:!?)）（( \n\"”住电出生宣表介认主参到来去走写指告问看等也都还曾";

  private static final Set<String> TIMES =
      Set.of("昨天", "今天", "明天", "后来", "随后", "目前", "其中", "因为", "所以");

  private static final String BOUNDARY = "，。、；：！？,.;:!?(（\n\"“ 和与由给向请被是于对跟让找见识同";

  private final boolean[] first = new boolean[0x10000];
  private final Set<String> surnames;
  private final Set<String> given;
  private final Set<String> full;

  ChineseNameRule(Names names) {
    this.surnames = new HashSet<>(names.chineseSurnames());
    this.given = new HashSet<>(names.chineseGiven());
    this.full = new HashSet<>(names.chineseFull());
    names.chineseSurnames().forEach(surname -> first[surname.charAt(0)] = true);
    names.chineseFull().forEach(name -> first[name.charAt(0)] = true);
  }

  /** Whether a name may begin with a character. */
  boolean starts(char c) {
    return first[c];
  }

  void match(Text text, int at) {
    for (int size = LONGEST; !full.isEmpty() && size > 1; size--) {
      if (full.contains(text.slice(at, at + size))) {
        text.add(Kind.NAME, at, at + size);
        return;
      }
    }
    int start = surnameEnd(text, at);
    if (start == 0 || !Chars.isChinese(text.at(start))) {
      return;
    }
    if (AFTER.contains(pair(text, start))) {
      // A surname alone, as in 王先生.
      text.add(Kind.NAME, at, start);
      return;
    }
    boolean introduced = introduced(text, at);
    int end = givenEnd(text, start);
    if (introduced && end == start + 1 && !ends(text, end) && Chars.isChinese(text.at(end))) {
      // Most given names have two characters.
      end++;
    }
    if (end > 0 && (AFTER.contains(pair(text, end)) || introduced)) {
      text.add(Kind.NAME, at, end);
    } else if (end > 0 && isPhrase(text, at, start, end)) {
      text.add(Kind.NAME, at, end);
    }
  }

  /** At a colon or 叫: a name of any surname after a label such as 姓名, up to the next mark. */
  void matchLabeled(Text text, int at) {
    boolean label = text.at(at) == '叫' || isLabel(text, at);
    int start = text.at(at) == ':' && text.at(at + 1) == ' ' ? at + 2 : at + 1;
    int end = start;
    while (label && end - start < 5 && Chars.isChinese(text.at(end))) {
      end++;
    }
    boolean introduced = text.at(at) != '叫' || "我名他她".indexOf(text.at(at - 1)) >= 0;
    if (introduced && end - start >= 2 && end - start <= 4) {
      text.add(Kind.NAME, start, end);
    }
  }

  /** Whether a label of a name ends before an index. */
  static boolean isLabel(Text text, int end) {
    return LABELS.contains(pair(text, end - 2));
  }

  private int surnameEnd(Text text, int at) {
    if (surnames.contains(pair(text, at))) {
      return at + 2;
    }
    return surnames.contains(text.slice(at, at + 1)) ? at + 1 : 0;
  }

  /** The end of a given name of one or two characters, 0 if none. */
  private int givenEnd(Text text, int start) {
    boolean one = given.contains(String.valueOf(text.at(start)));
    boolean two = given.contains(String.valueOf(text.at(start + 1)));
    if (AFTER.contains(pair(text, start + 1))) {
      return start + 1;
    }
    if (AFTER.contains(pair(text, start + 2))) {
      return start + 2;
    }
    if (Chars.isChinese(text.at(start + 1))
        && (one && two || ends(text, start + 2) && !ends(text, start + 1))) {
      return start + 2;
    }
    return one || ends(text, start + 1) ? start + 1 : 0;
  }

  private static boolean ends(Text text, int at) {
    return at >= text.length || FOLLOWING.indexOf(text.at(at)) >= 0;
  }

  private static boolean introduced(Text text, int at) {
    int end = at;
    while (at - end < 2 && "：: 是为".indexOf(text.at(end - 1)) >= 0 && end > 0) {
      end--;
    }
    String before = text.before(end, 3);
    return BEFORE.stream().anyMatch(before::endsWith);
  }

  private boolean isPhrase(Text text, int at, int start, int end) {
    boolean begins =
        at == 0
            || BOUNDARY.indexOf(text.at(at - 1)) >= 0
            || at >= 2 && TIMES.contains(pair(text, at - 2));
    boolean common = end - start == 2;
    for (int i = start; i < end; i++) {
      common &= given.contains(String.valueOf(text.at(i)));
    }
    // 周一 is also Monday.
    boolean monday = pair(text, at).equals("周一") && !ends(text, end);
    return begins && common && !monday;
  }

  private static String pair(Text text, int at) {
    return at + 2 <= text.length ? text.slice(at, at + 2) : "";
  }
}
