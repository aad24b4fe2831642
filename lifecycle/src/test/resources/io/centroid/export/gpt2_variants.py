"""Every kind of GPT-2 that transformers writes, in small.

write FOLDER            writes a model folder and its expected.json for each variant
check FOLDER WRITTEN    compares the logits of the models of both folders, by name
"""

import json
import os
import shutil
import sys

import torch
from safetensors.torch import load_file, save_file
from tokenizers import ByteLevelBPETokenizer
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GPT2Config,
    GPT2DoubleHeadsModel,
    GPT2ForQuestionAnswering,
    GPT2ForSequenceClassification,
    GPT2ForTokenClassification,
    GPT2LMHeadModel,
    GPT2Model,
    GPT2Tokenizer,
    PreTrainedTokenizerFast,
)

END = "<|endoftext|>"
PROMPT = "ROMEO: I will be there, and"
TEXTS = [
    PROMPT, " hello world", "a<|endoftext|>b", "a <m> b", "a<m>b", "x <m>  <m> y", "the <w> word",
    "the<w>word", "the <w>, word", "<w>", "a \n<r>\t b", "tab\t\tnew\n\n end ", "<p> ok",
    "日本 don't 123", "<n>x<n> ", "<|endoftext|> <m>", " ", "é<w>é <w>é", "\u00a0<m>\u3000<p>\u2003z",
]
SIZES = dict(n_positions=64, n_embd=32, n_layer=2, n_head=2, initializer_range=0.3)


def train_tokenizer(folder):
    trained = ByteLevelBPETokenizer()
    text = "the word is the world, and I will be there or not; hello to the other end of the tab\n"
    trained.train_from_iterator([text] * 3, vocab_size=300, min_frequency=2, special_tokens=[END])
    os.makedirs(folder)
    trained.save_model(folder)
    return GPT2Tokenizer(
        vocab=os.path.join(folder, "vocab.json"), merges=os.path.join(folder, "merges.txt")
    )


def edit(folder, name, change):
    path = os.path.join(folder, name)
    with open(path) as f:
        content = json.load(f)
    change(content)
    with open(path, "w") as f:
        json.dump(content, f)


class Writer:
    def __init__(self, root):
        self.root = root
        self.slow = os.path.join(root, "..", "tokenizer")
        self.tokenizer = train_tokenizer(self.slow)

    def folder(self, name):
        return os.path.join(self.root, name)

    def config(self, **changes):
        vocabulary = dict(vocab_size=len(self.tokenizer) + 8, bos_token_id=0, eos_token_id=0)
        return GPT2Config(**{**SIZES, **vocabulary, **changes})

    def model(self, name, kind=GPT2LMHeadModel, dtype=torch.float32, save=(), **changes):
        """Writes a model with its tokenizer."""
        torch.manual_seed(len(name))
        model = kind(self.config(**changes))
        for parameter in model.parameters():  # so that biases and norms count too
            parameter.data += 0.05 * torch.randn_like(parameter)
        model.to(dtype).save_pretrained(self.folder(name), **dict(save))
        self.tokenizer.save_pretrained(self.folder(name))
        return self.folder(name)

    def tensors(self, name, change, **changes):
        """Writes a model whose tensors are changed."""
        path = os.path.join(self.model(name, **changes), "model.safetensors")
        tensors = change(load_file(path))
        save_file({k: v.contiguous() for k, v in tensors.items()}, path, metadata={"format": "pt"})

    def tokens(self, name, tokenizer=None, config=None, slow=False):
        """Writes a model whose tokenizer's files are changed."""
        folder = self.model(name)
        if slow:
            os.remove(os.path.join(folder, "tokenizer.json"))
            for file in ("vocab.json", "merges.txt"):
                shutil.copy(os.path.join(self.slow, file), folder)
        if tokenizer:
            edit(folder, "tokenizer.json", tokenizer)
        if config:
            edit(folder, "tokenizer_config.json", config)

    def write(self):
        for activation in (
            "gelu_new gelu gelu_python gelu_pytorch_tanh gelu_python_tanh gelu_fast gelu_accurate"
            " quick_gelu relu silu swish tanh sigmoid linear"
        ).split():
            self.model("activation-" + activation, activation_function=activation)
        self.model("unscaled", scale_attn_weights=False, initializer_range=0.15)
        self.model("by-layer", scale_attn_by_inverse_layer_idx=True)
        self.model("by-layer-unscaled", scale_attn_by_inverse_layer_idx=True,
                   scale_attn_weights=False, reorder_and_upcast_attn=True, initializer_range=0.15)
        self.model("untied", tie_word_embeddings=False)
        self.model("cerebras", tie_word_embeddings=False, activation_function="gelu", n_inner=40,
                   layer_norm_epsilon=1e-3, attn_pdrop=0, embd_pdrop=0.0, resid_pdrop=0)
        self.model("half", dtype=torch.float16)
        self.model("bfloat", dtype=torch.bfloat16, tie_word_embeddings=False)
        self.model("double", dtype=torch.float64)
        self.model("shards", tie_word_embeddings=False, save=dict(max_shard_size="20KB"))
        self.model("base", GPT2Model)
        self.model("double-heads", GPT2DoubleHeadsModel)
        self.model("token-classifier", GPT2ForTokenClassification)
        self.model("answers", GPT2ForQuestionAnswering)
        self.model("classifier", GPT2ForSequenceClassification, num_labels=3, pad_token_id=0)
        self.model("classifier-gelu", GPT2ForSequenceClassification, num_labels=3, pad_token_id=0,
                   activation_function="gelu", tie_word_embeddings=False)
        self.tensors("value-head", lambda t: {
            **t, "v_head.summary.weight": torch.ones(1, 32), "v_head.summary.bias": torch.ones(1)})
        self.tensors("score", lambda t: {**t, "score.weight": torch.ones(2, 32)})
        self.tensors("buffers", lambda t: {
            **t,
            "transformer.h.0.attn.bias": torch.ones(1, 1, 64, 64).tril(),
            "transformer.h.1.attn.masked_bias": torch.tensor(-1e4)})
        self.tensors("output-stored", lambda t: {
            **t, "lm_head.weight": t["transformer.wte.weight"].clone()})
        self.tensors("output-alone", lambda t: {
            k.replace("transformer.wte", "lm_head"): v for k, v in t.items()})
        edit(self.model("other-names"), "config.json", self.other_names)
        edit(self.model("old-keys"), "config.json", lambda c: c.update(n_ctx=7, pruned_heads={}))
        self.tokenizers()

    @staticmethod
    def other_names(config):
        for name, other in GPT2Config.attribute_map.items():
            config[name] = config.pop(other)

    def tokenizers(self):
        with open(os.path.join(self.folder("base"), "tokenizer.json")) as f:
            template = json.load(f)["post_processor"]
        fast = dict(tokenizer_class="PreTrainedTokenizerFast")
        byte_level = dict(type="ByteLevel", add_prefix_space=True, trim_offsets=False,
                          use_regex=True)
        self.tokens("tokenizer-added", self.add_tokens)
        self.tokens("tokenizer-added-fast", self.add_tokens, lambda c: c.update(fast))
        self.tokens("tokenizer-slow", slow=True)
        self.tokens("tokenizer-slow-prefix", slow=True, config=lambda c: c.update(
            add_prefix_space=True))
        self.tokens("tokenizer-slow-object", slow=True, config=lambda c: c.update(eos_token=dict(
            __type="AddedToken", content=END, lstrip=True, rstrip=True, normalized=True,
            single_word=False)))
        self.tokens("tokenizer-prefix", config=lambda c: c.update(add_prefix_space=True))
        self.tokens("tokenizer-prefix-ignored", lambda t: t["pre_tokenizer"].update(
            add_prefix_space=True), lambda c: c.pop("add_prefix_space"))
        self.tokens("tokenizer-prefix-fast", lambda t: t["pre_tokenizer"].update(
            add_prefix_space=True), lambda c: (c.update(fast), c.pop("add_prefix_space")))
        self.tokens("tokenizer-left-over", lambda t: t.update(
            truncation=dict(direction="Right", max_length=3, strategy="LongestFirst", stride=0),
            padding=dict(strategy=dict(Fixed=8), direction="Left", pad_to_multiple_of=None,
                         pad_id=0, pad_type_id=0, pad_token=END),
            post_processor=byte_level, normalizer=dict(type="Sequence", normalizers=[])))
        self.tokens("tokenizer-sequences", lambda t: t.update(
            post_processor=dict(type="Sequence", processors=[byte_level, template]),
            pre_tokenizer=dict(type="Sequence", pretokenizers=[t["pre_tokenizer"]])),
            lambda c: c.update(fast))

    @staticmethod
    def add_tokens(tokenizer):
        flags = [
            dict(content="<m>", lstrip=True),
            dict(content="<w>", single_word=True, normalized=True, special=False),
            dict(content="<r>", lstrip=True, rstrip=True),
            dict(content="<p>", rstrip=True, special=False),
            dict(content="<n>", normalized=True, special=False),
        ]
        usual = dict(single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
        first = len(tokenizer["model"]["vocab"])
        for i, added in enumerate(flags):
            tokenizer["added_tokens"].append({"id": first + i, **usual, **added})


def logits(folder, ids, kind=AutoModelForCausalLM):
    # Eager attention is the one that follows reorder_and_upcast_attn.
    model = kind.from_pretrained(folder, attn_implementation="eager").float().eval()
    with torch.no_grad():
        return model, model(ids).logits


def expect(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = torch.tensor([tokenizer(PROMPT)["input_ids"]])
    with open(os.path.join(folder, "config.json")) as f:
        classifies = json.load(f)["architectures"] == ["GPT2ForSequenceClassification"]
    result = dict(ids=ids[0].tolist(), texts=[])
    for text in TEXTS:
        found = tokenizer(text)["input_ids"]
        result["texts"].append(dict(text=text, ids=found, decoded=tokenizer.decode(
            found, clean_up_tokenization_spaces=False)))
    if classifies:
        _, scores = logits(folder, ids, GPT2ForSequenceClassification)
        result["probabilities"] = torch.softmax(scores[0], -1).tolist()
    else:
        model, scores = logits(folder, ids)
        result["logits"] = scores[0].flatten().tolist()
        result["loss"] = torch.nn.functional.cross_entropy(
            scores[0, :-1], ids[0, 1:], reduction="sum").item()
        with torch.no_grad():
            out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False,
                                 max_new_tokens=16, pad_token_id=0, eos_token_id=None)
        result["greedy"] = out[0, ids.shape[1]:].tolist()
    with open(os.path.join(folder, "expected.json"), "w") as f:
        json.dump(result, f)


def check(folder, written):
    ids = torch.arange(1, 41)[None]
    for name in sorted(os.listdir(written)):
        kind = GPT2ForSequenceClassification if "classifier" == name[:10] else AutoModelForCausalLM
        expected = logits(os.path.join(folder, name), ids, kind)[1]
        found = logits(os.path.join(written, name), ids, kind)[1]
        tokenizers = [AutoTokenizer.from_pretrained(os.path.join(f, name)) for f in (folder, written)]
        texts = [[tokenizer(text)["input_ids"] for text in TEXTS] for tokenizer in tokenizers]
        error = ((found - expected).abs().max() / expected.abs().max()).item()
        print("checked", name, error, texts[0] == texts[1])


if __name__ == "__main__":
    torch.set_num_threads(1)
    if sys.argv[1] == "write":
        Writer(sys.argv[2]).write()
        for variant in sorted(os.listdir(sys.argv[2])):
            expect(os.path.join(sys.argv[2], variant))
    else:
        check(sys.argv[2], sys.argv[3])
