package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.redact.detect.Detection.Span;
import io.centroid.redact.detect.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values in other characters, in markup, split, and next to each other. ⏎ is the end of a line. */
class UnusualTextTest {
  private final Redactor redactor = Redactor.of(Policy.masking());

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          Card ４１１１ １１１１ １１１１ １１１１.     ~ Card [CARD].
          身份证１１０１０５１９４９１２３１００２Ｘ         ~ 身份证[CN-ID]
          card ٤١١١١١١١١١١١١١١١           ~ card [CARD]
          Card 4111\u00a01111\u202f1111\u00a01111 ok ~ Card [CARD] ok
          4111\u200b1111\u200b1111\u200b1111 ~ [CARD]
          Card \ufeff4111\u00ad1111\u00ad1111\u00ad1111\ufeff ok ~ Card \ufeff[CARD]\ufeff ok
          at \u202a+1 415-555-2671\u202c now ~ at \u202a[PHONE]\u202c now
          at 415\u2011555\u20112671 now      ~ at [PHONE] now
          an\u00adna@example.com             ~ [EMAIL]
          anna＠example．com               ~ [EMAIL]
          """)
  void charactersOfOtherFormsAreFolded(String text, String masked) {
    assertThat(redactor.redact(text).text()).contains(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          mail anna@müller.de now            ~ mail [EMAIL] now
          mail анна@пример.рф.               ~ mail [EMAIL].
          邮箱anna@例子.中国，谢谢             ~ 邮箱[EMAIL]，谢谢
          邮箱：anna@example.com。            ~ 邮箱：[EMAIL]。
          mail anna@xn--fsq.xn--0zwm56d now  ~ mail [EMAIL] now
          the end anna@example.com.          ~ the end [EMAIL].
          anna@example.com.3 notes           ~ [EMAIL].3 notes
          """)
  void emailAddressesHaveDomainsOfAllScripts(String text, String masked) {
    assertThat(redactor.redact(text).text()).contains(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"m":"anna@example.com","tel":"+14155552671","c":4111111111111111} ~ {"m":"[EMAIL]","tel":"[PHONE]","c":[CARD]}
          {"t":"x\\nanna@example.com\\n13812345678\\nJames Smith"} ~ {"t":"x\\n[EMAIL]\\n[PHONE]\\n[NAME]"}
          <a href="mailto:anna@example.com">anna&#64;example.com</a> ~ <a href="mailto:[EMAIL]">[EMAIL]</a>
          GET /?mail=anna%40example.com&x=1      ~ GET /?mail=[EMAIL]&x=1
          **415-555-2671** _4111 1111 1111 1111_ ~ **[PHONE]** _[CARD]_
          [Anna](mailto:anna@example.com)        ~ [Anna](mailto:[EMAIL])
          7,4111111111111111,415-555-2671,anna@example.com,x ~ 7,[CARD],[PHONE],[EMAIL],x
          anna,536-22-1234,DE89370400440532013000,x ~ anna,[US-SSN],[IBAN],x
          anna@example.com:4111111111111111:12/26   ~ [EMAIL]:[CARD]:12/26
          redis://:s3cr3t@cache:6379/0              ~ [URL-CREDENTIALS]
          from ::ffff:192.0.2.1 port 22             ~ from [IPV6] port 22
          aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY ~ aws_secret_access_key = [API-KEY]
          SSN #536-22-1234                          ~ SSN #[US-SSN]
          In order to reach me dial 4155552671      ~ In order to reach me dial [PHONE]
          110105 19491231 002X                      ~ [CN-ID]
          iban de89 3704 0044 0532 0130 00          ~ iban [IBAN]
          by LAURA BENNETT and Bennett, Laura       ~ by [NAME] and [NAME]
          """)
  void valuesStandInMarkupTablesAndLogs(String text, String masked) {
    assertThat(redactor.redact(text).text()).contains(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          card 4111 1111 1111⏎1111 ok          ~ card [CARD] ok
          card 4111-1111-⏎1111-1111 ok         ~ card [CARD] ok
          call +1 415-555-⏎2671 now            ~ call [PHONE] now
          to DE89 3704 0044⏎0532 0130 00 now   ~ to [IBAN] now
          by Laura⏎Bennett and others          ~ by [NAME] and others
          4111111111111111⏎4012888888881881    ~ [CARD]⏎[CARD]
          415-555-2671⏎415-555-2672⏎415-555-2673 ~ [PHONE]⏎[PHONE]⏎[PHONE]
          """)
  void theEndOfALineMaySplitAValue(String text, String masked) {
    assertThat(redactor.redact(text.replace('⏎', '\n')).text()).contains(masked.replace('⏎', '\n'));
    assertThat(redactor.redact("4000\n4002\n4004\n4006\n4008\n4010\n4012\n").counts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+49(0)30 1234567",
        "+44(0)20 7946 0958",
        "0049(0)30 1234567",
        "+1(415)555-2671",
        "+1 (415)555-2671",
        "1(415)555-2671",
        "+86(10)62781234",
        "+49(30)1234567"
      })
  void areaCodesOfTelephoneNumbersAreInParentheses(String phone) {
    assertThat(redactor.redact("at " + phone + ", now").text()).contains("at [PHONE], now");
    assertThat(redactor.find("Phys. Rev. 45(2), 123-1304; 1(2)3, 00(1)")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          anna@example.com@bob@example.org          ~ [EMAIL]@[EMAIL]
          anna@example.com@work.example ok          ~ [EMAIL]@work.example ok
          @user@social.example                      ~ @user@social.example
          4111 1111 1111 1111 12/26 123             ~ [CARD] 12/26 123
          4111 1111 1111 1111 1226                  ~ [CARD] 1226
          4111 1111 1111 1111 4012 8888 8888 1881   ~ [CARD] [CARD]
          call 415 555 2671 415 555 2672 415 555 2673 ~ call [PHONE] [PHONE] [PHONE]
          anna@example.com,bob@example.com;c@example.com ~ [EMAIL],[EMAIL];[EMAIL]
          😀anna@example.com😀13812345678😀          ~ 😀[EMAIL]😀[PHONE]😀
          call 030 901820 4111 1111 1111 1111        ~ call [PHONE] [CARD]
          536-22-1234 536-22-1235                   ~ [US-SSN] [US-SSN]
          """)
  void adjacentValuesAreFoundOneByOne(String text, String masked) {
    assertThat(redactor.redact(text).text()).contains(masked);
  }

  @Test
  void aValueMayBeAtTheStartAndAtTheEndOfALineOfManyMegabytes() {
    String value = "anna@example.com";
    String document = value + " x".repeat(1 << 21) + " " + value;
    assertThat(redactor.find(document))
        .containsExactly(
            new Span(Kind.EMAIL, 0, value.length()),
            new Span(Kind.EMAIL, document.length() - value.length(), document.length()));
  }
}
