/** A table of a file of this device, as text for the document. */

/** Read into memory at once; what a design can hold is less (TEXT_MAX), and said where it is put in. */
export const FILE_MAX_BYTES = 20_000_000;

export type FileText = { text: string } | { error: string };

export async function textOfFile(file: File): Promise<FileText> {
  if (file.size > FILE_MAX_BYTES)
    return {
      error: `${file.name} has ${megabytes(file.size)}, more than the ${megabytes(FILE_MAX_BYTES)} that are read here`,
    };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    if (text.includes('\0')) return { error: notText(file) };
    if (text.trim() === '') return { error: `${file.name} is empty` };
    return { text: text.replace(/\r\n?/g, '\n') };
  } catch (error) {
    return { error: error instanceof TypeError ? notText(file) : `${file.name} could not be read` };
  }
}

const notText = ({ name }: File) => `${name} is not text in UTF-8; save the table as CSV in UTF-8`;
const megabytes = (bytes: number) => `${Number((bytes / 1e6).toPrecision(3))} MB`;
