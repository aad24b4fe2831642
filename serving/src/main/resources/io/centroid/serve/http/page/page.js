'use strict';

/* Strings from the model's files are inserted as text, never as HTML. */
const at = id => document.getElementById(id);
let model = null;
let features = 0;
let labels = [];
let requests = 0;

async function request(path, body) {
  const response = await fetch(path, body === undefined ? {} : {
    method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(body),
  });
  const json = await response.json();
  if (!response.ok) throw new Error(json.error || 'HTTP status ' + response.status);
  return json;
}

function problem(error) {
  at('problem').hidden = !error;
  at('problem').textContent = error ? String(error.message || error) : '';
}

function serving(version) {
  at('version').hidden = false;
  at('version').textContent = 'version ' + version;
  at('state').textContent = 'ready';
}

function show(...ids) {
  ids.forEach(id => { at(id).hidden = false; });
}

async function start() {
  const [served] = await request('/v2/repository/index');
  at('model').textContent = served.name;
  document.title = served.name + ' · Centroid';
  model = '/v2/models/' + encodeURIComponent(served.name);
  const description = await request(model);
  const given = description.parameters || {};
  if (description.inputs.some(input => input.name === 'input_ids')) {
    show('write');
  } else {
    features = description.inputs[0].shape[1];
    labels = parsed(given.labels) || [];
    show(side() ? 'draw' : 'values', 'answer');
  }
  serving(description.versions[0]);
}

function parsed(text) {
  try {
    const value = typeof text === 'string' ? JSON.parse(text) : text;
    return Array.isArray(value) ? value.map(String) : null;
  } catch {
    return null;
  }
}

/** The side of a square image of at least 8 pixels; 0 for other inputs. */
function side() {
  const root = Math.round(Math.sqrt(features));
  return root * root === features && root >= 8 ? root : 0;
}

async function infer(values) {
  const number = ++requests;
  const start = performance.now();
  try {
    const response = await request(model + '/infer', {
      inputs: [{name: 'input', shape: [1, features], datatype: 'FP32', data: values}],
    });
    // Drops the response if a newer request was sent.
    if (number !== requests) return;
    bars(response.outputs.find(output => output.name !== 'logits') || response.outputs[0]);
    serving(response.model_version);
    at('timing').textContent = 'response in ' + (performance.now() - start).toFixed(1) + ' ms';
    problem(null);
  } catch (error) {
    problem(error);
  }
}

function bars(output) {
  const shares = output.name === 'probabilities';
  const best = output.data.indexOf(Math.max(...output.data));
  const name = i => labels[i] === undefined ? String(i) : labels[i];
  at('best').textContent = shares ? name(best) : output.data.map(value => value.toPrecision(6)).join(', ');
  at('best').className = at('best').textContent.length > 3 ? 'long' : '';
  at('bars').replaceChildren(...(shares ? output.data : []).map((value, i) => {
    const row = document.createElement('li');
    if (i === best) row.className = 'top';
    const fill = piece('div', 'fill', '');
    fill.style.width = (100 * value).toFixed(1) + '%';
    const bar = piece('div', 'bar', '');
    bar.append(fill);
    row.append(piece('span', 'name', name(i)), bar, piece('span', 'share', (100 * value).toFixed(1) + ' %'));
    return row;
  }));
}

function piece(tag, kind, text) {
  const element = document.createElement(tag);
  element.className = kind;
  element.textContent = text;
  return element;
}

/* The canvas. */
const pad = at('pad');
const pen = pad.getContext('2d', {willReadFrequently: true});
let last = null;
let due = false;

function wipe() {
  pen.fillStyle = '#000';
  pen.fillRect(0, 0, pad.width, pad.height);
  at('seen').getContext('2d').clearRect(0, 0, 28, 28);
  at('best').textContent = '\u00a0';
  at('bars').replaceChildren();
  requests++;
}

function place(event) {
  const box = pad.getBoundingClientRect();
  return {
    x: (event.clientX - box.left) * pad.width / box.width,
    y: (event.clientY - box.top) * pad.height / box.height,
  };
}

function stroke(event) {
  const next = place(event);
  pen.strokeStyle = '#fff';
  pen.lineWidth = pad.width / 14;
  pen.lineCap = pen.lineJoin = 'round';
  pen.beginPath();
  pen.moveTo(last.x, last.y);
  pen.lineTo(next.x, next.y);
  pen.stroke();
  last = next;
  if (!due) {
    due = true;
    setTimeout(classify, 60);
  }
}

function classify() {
  due = false;
  const rgba = pen.getImageData(0, 0, pad.width, pad.height).data;
  const ink = new Array(pad.width * pad.height);
  for (let i = 0; i < ink.length; i++) ink[i] = rgba[4 * i];
  const pixels = Digit.pixels(ink, pad.width, side());
  preview(pixels);
  if (pixels.some(value => value > 0)) infer(pixels);
}

function preview(pixels) {
  const seen = at('seen');
  seen.width = seen.height = side();
  const picture = new ImageData(side(), side());
  pixels.forEach((value, i) => {
    picture.data.fill(value, 4 * i, 4 * i + 3);
    picture.data[4 * i + 3] = 255;
  });
  seen.getContext('2d').putImageData(picture, 0, 0);
}

pad.addEventListener('pointerdown', event => {
  pad.setPointerCapture(event.pointerId);
  last = place(event);
  stroke(event);
});
pad.addEventListener('pointermove', event => { if (last) stroke(event); });
['pointerup', 'pointercancel'].forEach(name => pad.addEventListener(name, () => { last = null; }));
at('clear').addEventListener('click', wipe);
wipe();

at('compute').addEventListener('click', () => {
  const values = at('numbers').value.split(/[\s,;]+/).filter(word => word !== '').map(Number);
  if (values.some(Number.isNaN)) {
    problem('expected numbers only');
  } else if (values.length !== features) {
    problem('expected ' + features + ' numbers, found ' + values.length);
  } else {
    infer(values);
  }
});

at('go').addEventListener('click', async () => {
  const prompt = at('prompt').value;
  const start = performance.now();
  at('go').disabled = true;
  try {
    const response = await request(model + '/generate', {
      text_input: prompt,
      parameters: {
        max_tokens: Number(at('tokens').value),
        temperature: Number(at('temperature').value),
        seed: Math.floor(Math.random() * 2 ** 31),
      },
    });
    at('text').replaceChildren(piece('span', 'given', prompt), piece('span', 'generated', response.text_output));
    serving(response.model_version);
    const seconds = (performance.now() - start) / 1000;
    at('timing').textContent = response.generated_tokens + ' tokens in ' + seconds.toFixed(1) + ' s';
    problem(null);
  } catch (error) {
    problem(error);
  } finally {
    at('go').disabled = false;
  }
});

start().catch(error => {
  at('state').textContent = 'not ready';
  problem(error);
});
