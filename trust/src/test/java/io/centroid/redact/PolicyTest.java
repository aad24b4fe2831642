package io.centroid.redact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.centroid.error.InputException;
import io.centroid.io.HadoopFiles;
import io.centroid.redact.detect.Kind;
import io.centroid.redact.table.TablePolicy;
import io.centroid.security.SecretResolver;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {
  @Test
  void anEmptyPolicyMasksEverything() {
    Policy policy = parse("");
    assertThat(policy.actions()).hasSize(Kind.values().length).containsValue(Action.MASK);
    assertThat(policy.actions().values()).containsOnly(Action.MASK);
    assertThat(policy.regions()).containsExactly("US", "GB", "DE", "CN");
    assertThat(policy.needsKey()).isFalse();
  }

  @Test
  void kindsHaveActionsOfTheirOwn() {
    Policy policy =
        parse(
            """
            default = keep
            kinds { email = pseudonym, us-ssn = drop }
            kinds.phone = substitute
            pseudonym-key = "env:PSEUDONYMS"
            regions = [FR]
            """);
    assertThat(policy.action(Kind.EMAIL)).isEqualTo(Action.PSEUDONYM);
    assertThat(policy.action(Kind.US_SSN)).isEqualTo(Action.DROP);
    assertThat(policy.action(Kind.PHONE)).isEqualTo(Action.SUBSTITUTE);
    assertThat(policy.action(Kind.NAME)).isEqualTo(Action.KEEP);
    assertThat(policy.needsKey()).isTrue();
    assertThat(policy.regions()).containsExactly("FR");
  }

  @Test
  void dictionariesAreReadWithThePolicy() {
    Policy policy =
        PolicyReader.parse(
            "p.conf",
            "names.dictionaries = [staff.txt]",
            name -> name.equals("staff.txt") ? "# staff\nZorblax Quux\n\n" : "");
    assertThat(policy.names()).containsExactly("Zorblax Quux");
    assertThat(Redactor.of(policy).redact("We asked Zorblax Quux about it.").text())
        .contains("We asked [NAME] about it.");
    assertThat(Redactor.of(Policy.masking()).redact("We asked Zorblax Quux about it.").counts())
        .isEmpty();
  }

  @Test
  void theHashChangesWithEveryPart() {
    assertThat(parse("").sha256()).isEqualTo(Policy.masking().sha256()).hasSize(64);
    assertThat(
            List.of(
                parse("").sha256(),
                parse("kinds.email = drop").sha256(),
                parse("regions = [US]").sha256(),
                parse("pseudonym-key = \"env:A\"").sha256()))
        .doesNotHaveDuplicates();
  }

  @Test
  void theHashSaysNothingOfTheNamesOfDictionaries() {
    String one = withNames("Zorblax Quux").sha256();
    assertThat(withNames("Laura Bennett").sha256()).isEqualTo(one);
    assertThat(withNames("Zorblax Quux\nLaura Bennett").sha256()).isNotEqualTo(one);
  }

  private static Policy withNames(String names) {
    return PolicyReader.parse("p.conf", "names.dictionaries = [s.txt]", location -> names);
  }

  @Test
  void aMissingDictionaryIsReportedWithThePolicyAndTheKey(@TempDir Path folder) {
    String missing = folder.resolve("staff.txt").toString();
    assertThatThrownBy(
            () ->
                Policy.parse(
                    new HadoopFiles(new Configuration(false)),
                    "p.conf",
                    "default = mask\nnames.dictionaries = [\"" + missing + "\"]"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("p.conf: line 2: names.dictionaries: ")
        .hasMessageContaining(missing);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          kinds.emial = mask         ~ p.conf: line 1: kinds: unknown kind emial; the nearest known one is email
          kinds.email = masc         ~ p.conf: line 1: kinds.email must be one of keep, mask, pseudonym, substitute, drop, not masc; the nearest known one is mask
          defualt = mask             ~ p.conf: line 1: unknown key defualt; the nearest known one is default
          kinds.email = pseudonym    ~ p.conf: pseudonym-key is missing; pseudonym and substitute need one: file:///PATH, env:NAME or credential:ALIAS
          pseudonym-key = hunter2    ~ p.conf: line 1: pseudonym-key must be file:///PATH, env:NAME or credential:ALIAS
          regions = [UK]             ~ p.conf: line 1: regions must contain ISO 3166 codes such as US: UK
          kinds.email = 5            ~ p.conf: line 1: kinds.email must be one of keep, mask, pseudonym, substitute, drop, not number
          include "absent"           ~ p.conf: line 1: expected include "FILE" with a path from this file's folder or a Hadoop URI, found absent, which does not exist
          include "http://[::1]:9/x" ~ p.conf: line 1: expected include "FILE" with a path from this file's folder or a Hadoop URI, found a URL
          include url("file:/x")     ~ p.conf: line 1: expected include "FILE" with a path from this file's folder or a Hadoop URI, found include url(...)
          include classpath("x")     ~ p.conf: line 1: expected include "FILE" with a path from this file's folder or a Hadoop URI, found include classpath(...)
          include file("/nope")      ~ p.conf: line 1: expected include "FILE" with a path from this file's folder or a Hadoop URI, found include file(...)
          """)
  void anErrorIsOneLineWithThePlace(String text, String message) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(InputException.class).hasMessage(message);
    if (text.startsWith("include")) {
      assertThatThrownBy(() -> TablePolicy.parse("p.conf", text))
          .isInstanceOf(InputException.class)
          .hasMessage(message);
    }
  }

  @Test
  void aDictionaryLineWithOneWordIsReportedByItsNumber() {
    assertThatThrownBy(
            () ->
                PolicyReader.parse(
                    "p.conf", "names.dictionaries = [s.txt]", name -> "# staff\nZorblax\n"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "s.txt: line 2: expected a given name and a surname, or a Chinese name, found one word");
  }

  @Test
  void namesOfADictionaryAreFoundWithoutContext() {
    Policy policy = new Policy(Map.of(), "", List.of(), List.of("闻人七", "Zorblax Quux"), "");
    assertThat(Redactor.of(policy).redact("他看见闻人七走过，Zorblax Quux too").text())
        .contains("他看见[NAME]走过，[NAME] too");
  }

  @Test
  void theKeyMustExistBeLongAndBePrivate(@TempDir Path folder) throws Exception {
    SecretResolver secrets = new SecretResolver(new Configuration(false));
    Path key = folder.resolve("key");
    Policy policy = parse("default = pseudonym\npseudonym-key = \"file://" + key + "\"");
    assertThatThrownBy(() -> policy.resolveKey(secrets))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(key.toString());
    Files.writeString(key, "hunter2");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> policy.resolveKey(secrets))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(key.toString())
        .hasMessageNotContaining("hunter2");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    assertThatThrownBy(() -> policy.resolveKey(secrets))
        .isInstanceOf(InputException.class)
        .hasMessage("pseudonym-key must have at least 16 bytes: it has 7");
    Files.writeString(key, "0123456789abcdef");
    assertThat(policy.resolveKey(secrets)).hasSize(16);
  }

  @Test
  void aPolicyDoesNotReadTheEnvironment() {
    assertThatThrownBy(() -> parse("regions = [${PATH}]")).isInstanceOf(InputException.class);
  }

  @Test
  void invalidSyntaxNamesTheLine() {
    assertThatThrownBy(() -> parse("kinds {\n email = = mask"))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("p.conf: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void isSentToExecutorsByJavaSerialization() throws Exception {
    Policy policy = parse("kinds.email = drop");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(policy);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(policy);
    }
  }

  private static Policy parse(String text) {
    return PolicyReader.parse("p.conf", text, name -> "");
  }
}
