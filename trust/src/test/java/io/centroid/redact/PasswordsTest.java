package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;

import io.centroid.redact.detect.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords in texts, fields and columns. */
class PasswordsTest {
  private final Redactor redactor = Redactor.of(Policy.masking());

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {"password":"p@ss,w0rd;x"}                ~ {"password":"[API-KEY]"}
          {"passwd":"abc def"}                      ~ {"passwd":"[API-KEY]"}
          {"password":"a\\"b c\\\\","x":1}          ~ {"password":"[API-KEY]","x":1}
          {"m":"{\\"password\\":\\"p@s \\\\\\"w\\"}"} ~ {"m":"{\\"password\\":\\"[API-KEY]\\"}"}
          {"client_secret": "p@ss,w0rd;x", "n": 1}  ~ {"client_secret": "[API-KEY]", "n": 1}
          passwd: "my pass phrase with spaces"      ~ passwd: "[API-KEY]"
          password = "Correct Horse Battery" # it   ~ password = "[API-KEY]" # it
          password: 'Hn3;kk9,Zz'                    ~ password: '[API-KEY]'
          password: 'it's x9'                       ~ password: '[API-KEY]'
          set password='it''s9x' where id = 1         ~ set password='[API-KEY]' where id = 1
          password='' or user='x''y'                ~ password='' or user='x''y'
          {"m":"password=\\"x9\\"","n":"a"}         ~ {"m":"password=\\"[API-KEY]\\"","n":"a"}
          "{""password"":""x9"",""n"":""a""}"       ~ "{""password"":"[API-KEY]"",""n"":""a""}"
          my password is "open sesame", he said     ~ my password is "[API-KEY]", he said
          密码：“两个 词”                             ~ 密码：“[API-KEY]”
          """)
  void aQuotedStringIsAPasswordAsAWhole(String text, String masked) {
    assertThat(redactor.redact(text).text()).contains(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          password: Tr0ub4dor&3planted              ~ password: [API-KEY]
          pwd=Xy9&zQ@1                              ~ pwd=[API-KEY]
          password: Hn3;kk9,Zz, then                ~ password: [API-KEY], then
          password: pässw0rt now                    ~ password: [API-KEY] now
          password: 20061987                        ~ password: [API-KEY]
          password: correct-horse-battery           ~ password: [API-KEY]
          password: SwordFish                       ~ password: [API-KEY]
          db_password=swordfish                     ~ db_password=[API-KEY]
          'password' => 'x9kQ'                      ~ 'password' => '[API-KEY]'
          password:/x9!kQ7                          ~ password:[API-KEY]
          (password: x9!kQ7) ok                     ~ (password: [API-KEY]) ok
          password: a(b)x9)c! end                   ~ password: [API-KEY] end
          {password: x9!kQ7, user: me}              ~ {password: [API-KEY], user: me}
          https://x.example/in?a=1&password=x9!kQ7&n=1 ~ https://x.example/in?a=1&password=[API-KEY]&n=1
          user=ann&password=x9kQ7b&next=1           ~ user=ann&password=[API-KEY]&next=1
          Server=db;Password=x9kQ;7b;Database=app   ~ Server=db;Password=[API-KEY];Database=app
          <p>password: x9!kQ7</p>                   ~ <p>password: [API-KEY]</p>
          <db.password>two words</db.password>      ~ <db.password>[API-KEY]</db.password>
          my password is Sw0rdf1sh!.                ~ my password is [API-KEY].
          The password for the router was set to x9!kQ7, ok ~ The password for the router was set to [API-KEY], ok
          MY PASSWORD IS Hunter2Go                  ~ MY PASSWORD IS [API-KEY]
          PASSWORD FOR THE SERVER WAS SET TO x9!kQ7 ~ PASSWORD FOR THE SERVER WAS SET TO [API-KEY]
          <PWD>two words</PWD>                      ~ <PWD>[API-KEY]</PWD>
          postgres://user:pa/ss9@host/db            ~ [URL-CREDENTIALS]
          https://user:p?a#ss@host                  ~ [URL-CREDENTIALS]
          login --password x9!kQ7 now               ~ login --password [API-KEY] now
          密码：x9kQ!7请保管                          ~ 密码：[API-KEY]请保管
          密码是：x9kQ!7。                            ~ 密码是：[API-KEY]。
          我的密码已经改为x9kQ!7。                     ~ 我的密码已经改为[API-KEY]。
          """)
  void aPasswordWithoutQuotesEndsAtWhiteSpaceOrAClosingBracket(String text, String masked) {
    assertThat(redactor.redact(text).text()).contains(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          curl -u admin:secret https://x.example    ~ curl -u [API-KEY] https://x.example
          curl -s --user "admin:two words" x        ~ curl -s --user "[API-KEY]" x
          Authorization: Basic dXNlcjpzZWNyZXQ=     ~ Authorization: Basic [API-KEY]
          -H 'authorization: Bearer s3cr3t-token'   ~ -H 'authorization: Bearer [API-KEY]'
          {"Authorization": "Bearer ab.CD-12"}      ~ {"Authorization": "Bearer [API-KEY]"}
          """)
  void credentialsOfHttpAreFound(String text, String masked) {
    assertThat(redactor.redact(text).text()).contains(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password: none of them worked",
        "Password: required",
        "password: couldn't log in",
        "Password: case-sensitive",
        "The password is required by 2 users",
        "the password policy was changed in 2019",
        "Password: ********",
        "password: [API-KEY]",
        "password: <your-password>",
        "\"password\": null, \"x\": 1",
        "\"password\": \"\", \"x\": \"a b\"",
        "\"password\": {\"type\": \"string\"}",
        "print(\"password: \", name)",
        "def login(user, password=None):",
        "type=\"password\" value=\"Log in\"",
        "<password> and </b>",
        "密码长度为6-20位字符",
        "密码：请联系管理员",
        "Authorization: Bearer tokens are used",
        "Authorization: Basic authentication is off",
        "https://host:8080/@scope/x",
        "http://[::1]:8080/@scope/x",
        "PASSWORD IS REQUIRED",
        "docker run -u 1000:1000 image"
      })
  void proseAboutPasswordsStays(String text) {
    assertThat(redactor.redact(text).text()).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "Password",
        "user_password",
        "passwd2",
        "pwd",
        "secret",
        "clientSecret",
        "api_key",
        "apiKey",
        "access-token",
        "密码",
        "用户密码"
      })
  void allOfTheValueOfASecretFieldIsRedacted(String field) {
    for (String value : List.of("p@ss,w0rd;x", "my pass phrase", "letters", "记住我 \n x")) {
      Redacted redacted = redactor.redact(field, value);
      assertThat(redacted.text()).contains("[API-KEY]");
      assertThat(redacted.counts()).isEqualTo(Map.of(Kind.API_KEY, 1));
    }
    assertThat(redactor.redact(field, " ").counts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"password_hint", "tokens", "secretary", "total", "密码提示"})
  void valuesOfOtherFieldsStay(String field) {
    assertThat(redactor.redact(field, "my pass phrase").text()).contains("my pass phrase");
  }

  @Test
  void aPrivateKeyInASecretFieldIsOneAndKeptKindsStay() {
    String pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
    assertThat(redactor.redact("secret", pem).counts()).isEqualTo(Map.of(Kind.PRIVATE_KEY, 1));
    assertThat(redactor.redact("secret", "hunter1 \n" + pem + "\nhunter2"))
        .isEqualTo(
            new Redacted(
                Optional.of("[API-KEY][PRIVATE-KEY][API-KEY]"),
                Map.of(Kind.PRIVATE_KEY, 1, Kind.API_KEY, 2)));
    Policy keeping = new Policy(Map.of(Kind.API_KEY, Action.KEEP), "", List.of(), List.of(), "");
    assertThat(Redactor.of(keeping).redact("password", "p@ss").text()).contains("p@ss");
  }

  @Test
  void whatIsFoundInASecretFieldCountsAndDrops() {
    Map<Kind, Action> actions = Map.of(Kind.EMAIL, Action.DROP, Kind.US_SSN, Action.MASK);
    Redactor dropping = Redactor.of(new Policy(actions, "", List.of(), List.of(), ""));
    String ssn = "ssn 457-55-5462";
    assertThat(dropping.redact("token", "mail anna@example.org " + ssn))
        .isEqualTo(
            new Redacted(Optional.empty(), Map.of(Kind.EMAIL, 1, Kind.US_SSN, 1, Kind.API_KEY, 1)));
    assertThat(dropping.redact("token", ssn))
        .isEqualTo(new Redacted(Optional.of("[API-KEY]"), Map.of(Kind.US_SSN, 1, Kind.API_KEY, 1)));
  }

  @Test
  void theNameOfAFieldIsContext() {
    assertThat(redactor.redact("born", "1980-05-23").text()).contains("[BIRTH-DATE]");
    assertThat(redactor.redact("shipped", "1980-05-23").text()).contains("1980-05-23");
    assertThat(redactor.redact("顧客", "操小明").text()).contains("[NAME]");
    assertThat(redactor.redact("顧客", "Zorblax Quux").text()).contains("[NAME]");
    assertThat(redactor.redact("產品", "Zorblax Quux").text()).contains("Zorblax Quux");
  }

  @Test
  void aNumberWithAFractionOfZerosIsAWholeOne() {
    assertThat(redactor.redact("ssn", "457555462.0").text()).contains("[US-SSN]");
    assertThat(redactor.redact("phone", "4155552671.00").text()).contains("[PHONE]");
    assertThat(redactor.redact("total", "457555462.0").text()).contains("457555462.0");
    assertThat(redactor.redact("ssn", "457555462.5").text()).contains("457555462.5");
  }
}
