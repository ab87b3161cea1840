/** Sizes of a bench, changed on its command line: `--clients=10 --seconds=2`. */
export function sizes<Size extends Record<string, number>>(defaults: Size): Size {
  const chosen: Record<string, number> = { ...defaults }
  for (const name of Object.keys(defaults)) {
    const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))
    if (given !== undefined) chosen[name] = Number(given.slice(name.length + 3))
  }
  return chosen as Size
}
