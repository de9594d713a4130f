import type { Triple } from "../../../volume/index.ts";
import type { Mesh } from "./surface-nets.ts";

/** From where a body is looked at: unit vectors in RAS mm, right-handed. */
export interface View {
  /** To the right of the picture. */
  readonly right: Triple;
  /** To its top. */
  readonly up: Triple;
  /** To the eye. */
  readonly towards: Triple;
}

/** A body with its colour, bytes. A glassy one lets solid ones shine through. */
export interface Body {
  readonly mesh: Mesh;
  readonly colour: Triple;
}

export interface Scene {
  readonly solid: readonly Body[];
  /** At most one: only its foremost surface is drawn. */
  readonly glassy: Body | null;
}

/** What of the patient a picture shows. */
export interface Frame {
  /** RAS mm of the picture's middle. */
  readonly centre: Triple;
  /** Millimetres of its width and height. */
  readonly sizeMm: number;
}

/** Samples along each side of a pixel. */
const samples = 2;

/** To the light, in the picture's own axes: from the upper left, before the body. */
const light = unit([-0.45, 0.6, 0.75]);
/** Half way between the light and the eye. */
const half = unit([light[0], light[1], light[2] + 1]);

function unit([x, y, z]: Triple): Triple {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

const dot = (a: Triple, x: number, y: number, z: number): number => a[0] * x + a[1] * y + a[2] * z;

/** The foremost surface at each sample. */
interface Layer {
  /** Depth towards the eye, mm; −∞ where there is nothing. */
  readonly depth: Float32Array;
  /** Normals in the picture's axes. */
  readonly normals: Float32Array;
  /** Which body. */
  readonly body: Int32Array;
}

/**
 * A scene as pixels, without a display: parallel rays, depth by a z-buffer, Blinn–Phong shading with
 * normals interpolated over each triangle, four samples a pixel.
 *
 * @param options.pixels - width and height
 * @returns [pixels, pixels, 4] bytes, red, green, blue and opacity; empty space is clear
 */
export function render(
  { solid, glassy }: Scene,
  options: { readonly view: View; readonly frame: Frame; readonly pixels: number },
): Uint8Array {
  const size = samples * options.pixels;
  const front = layerOf(solid, { ...options, size });
  const glass = layerOf(glassy === null ? [] : [glassy], { ...options, size });
  const out = new Uint8Array(4 * options.pixels ** 2);
  const sum = new Float64Array(4);
  for (let pixel = 0; pixel < options.pixels ** 2; pixel++) {
    const column = samples * (pixel % options.pixels);
    const row = samples * Math.floor(pixel / options.pixels);
    sum.fill(0);
    for (let sample = 0; sample < samples ** 2; sample++) {
      const at = column + (sample % samples) + size * (row + Math.floor(sample / samples));
      addSample(sum, { solid, glassy, front, glass, at });
    }
    if (sum[3] === 0) continue;
    // Colours were summed by their opacity.
    for (let channel = 0; channel < 3; channel++)
      out[4 * pixel + channel] = Math.round(sum[channel] / sum[3]);
    out[4 * pixel + 3] = Math.round((255 * sum[3]) / samples ** 2);
  }
  return out;
}

function layerOf(
  bodies: readonly Body[],
  options: { readonly view: View; readonly frame: Frame; readonly size: number },
): Layer {
  const { size } = options;
  const layer: Layer = {
    depth: new Float32Array(size ** 2).fill(-Infinity),
    normals: new Float32Array(3 * size ** 2),
    body: new Int32Array(size ** 2),
  };
  bodies.forEach(({ mesh }, body) => {
    const corners = project(mesh, options);
    for (let at = 0; at < mesh.triangles.length; at += 3) {
      fillTriangle(layer, { corners, triangle: mesh.triangles.subarray(at, at + 3), body, size });
    }
  });
  return layer;
}

/** Six numbers a corner: column, row, depth, and the normal, in the picture's axes. */
function project(
  { positions, normals }: Mesh,
  {
    view: { right, up, towards },
    frame: { centre, sizeMm },
    size,
  }: { readonly view: View; readonly frame: Frame; readonly size: number },
): Float32Array {
  const projected = new Float32Array(2 * positions.length);
  const scale = size / sizeMm;
  for (let at = 0; at < positions.length; at += 3) {
    const [x, y, z] = [0, 1, 2].map((axis) => positions[at + axis] - centre[axis]);
    const [nx, ny, nz] = [normals[at], normals[at + 1], normals[at + 2]];
    projected.set(
      [
        size / 2 + scale * dot(right, x, y, z),
        size / 2 - scale * dot(up, x, y, z),
        dot(towards, x, y, z),
        dot(right, nx, ny, nz),
        dot(up, nx, ny, nz),
        dot(towards, nx, ny, nz),
      ],
      2 * at,
    );
  }
  return projected;
}

function fillTriangle(
  { depth, normals, body: bodies }: Layer,
  {
    corners,
    triangle,
    body,
    size,
  }: {
    readonly corners: Float32Array;
    readonly triangle: Int32Array;
    readonly body: number;
    readonly size: number;
  },
): void {
  const [a, b, c] = [6 * triangle[0], 6 * triangle[1], 6 * triangle[2]];
  const [ax, ay, bx, by] = [corners[a], corners[a + 1], corners[b], corners[b + 1]];
  const [cx, cy] = [corners[c], corners[c + 1]];
  const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
  if (area === 0) return;
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const last = Math.min(size - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(size - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= last; column++) {
      const [x, y] = [column + 0.5, row + 0.5];
      // Barycentric: each corner's share is the area of the triangle on its other side.
      const ofA = ((bx - x) * (cy - y) - (by - y) * (cx - x)) / area;
      const ofB = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) / area;
      const ofC = 1 - ofA - ofB;
      if (ofA < 0 || ofB < 0 || ofC < 0) continue;
      const near = ofA * corners[a + 2] + ofB * corners[b + 2] + ofC * corners[c + 2];
      const at = column + size * row;
      if (near <= depth[at]) continue;
      depth[at] = near;
      bodies[at] = body;
      for (let axis = 3; axis < 6; axis++) {
        normals[3 * at + axis - 3] =
          ofA * corners[a + axis] + ofB * corners[b + axis] + ofC * corners[c + axis];
      }
    }
  }
}

/** Adds a sample's colour, by its opacity, and its opacity. */
function addSample(
  sum: Float64Array,
  {
    solid,
    glassy,
    front,
    glass,
    at,
  }: Scene & { readonly front: Layer; readonly glass: Layer; readonly at: number },
): void {
  const isSolid = front.depth[at] > -Infinity;
  const isGlass = glassy !== null && glass.depth[at] > -Infinity;
  const cover = !isGlass || front.depth[at] > glass.depth[at] ? 0 : coverOf(glass, at);
  if (isSolid) addShaded(sum, { layer: front, at, body: solid[front.body[at]], part: 1 - cover });
  if (cover > 0 && glassy !== null) addShaded(sum, { layer: glass, at, body: glassy, part: cover });
}

/** Glass is clearest where it is seen straight on, and dense at its rim. */
function coverOf({ normals }: Layer, at: number): number {
  const rim = 1 - Math.min(1, Math.abs(normals[3 * at + 2]));
  return 0.26 + 0.6 * rim * Math.sqrt(rim);
}

/** Blinn–Phong: ambient + diffuse · n·l, and a highlight (n·h)³². @see Blinn 1977 */
function addShaded(
  sum: Float64Array,
  {
    layer: { normals },
    at,
    body: { colour },
    part,
  }: {
    readonly layer: Layer;
    readonly at: number;
    readonly body: Body;
    readonly part: number;
  },
): void {
  const [nx, ny, nz] = [normals[3 * at], normals[3 * at + 1], normals[3 * at + 2]];
  // Interpolated normals are a little short.
  const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
  const lit = 0.4 + 0.6 * Math.max(0, dot(light, nx, ny, nz) / length);
  let shine = Math.max(0, dot(half, nx, ny, nz) / length);
  for (let square = 0; square < 5; square++) shine *= shine;
  for (let channel = 0; channel < 3; channel++) {
    sum[channel] += part * Math.min(255, lit * colour[channel] + 60 * shine);
  }
  sum[3] += part;
}
