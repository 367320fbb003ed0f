import type { Browser } from 'playwright-core';

/** A picture's colours, from its upper left corner line by line. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Each 0xRRGGBB. */
  readonly colours: readonly number[];
}

/** What the browser sees in a PNG without transparent places. */
export async function pixelsOf(browser: Browser, png: Buffer): Promise<Pixels> {
  const page = await browser.newPage();
  const seen = await page.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    let bytes = '';
    for (let at = 0; at < data.length; at += 0x8000) bytes += String.fromCharCode(...data.subarray(at, at + 0x8000));
    return { width, height, bytes: btoa(bytes) };
  })()`);
  await page.close();
  const { width, height, bytes } = seen as { width: number; height: number; bytes: string };
  const rgba = Buffer.from(bytes, 'base64');
  const colours = Array.from({ length: width * height }, (_, at) => rgba.readUIntBE(at * 4, 3));
  return { width, height, colours };
}
