/** Regions by index; replica i of a simulated network stands in region i mod 10. */
export const REGIONS = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-south-1",
  "ap-southeast-2",
  "eu-central-1",
  "eu-north-1",
  "eu-west-1",
  "sa-east-1",
  "us-east-1",
  "us-west-1",
] as const;

/** Number of regions. */
export const REGION_COUNT = 10;

/**
 * Round trips between ten cloud regions as published by cloudping.co, in tenths of a millisecond (row = from, column =
 * to): the median of many samples.
 */
export const ROUND_TRIP_P50: readonly (readonly number[])[] = [
  [28, 363, 1343, 1069, 2276, 2472, 2025, 2583, 1495, 1087],
  [364, 40, 1352, 1452, 2316, 2504, 2332, 2894, 1795, 1339],
  [1333, 1345, 32, 1547, 1290, 1484, 1254, 3010, 1897, 2316],
  [1058, 1461, 1549, 41, 2516, 2716, 2556, 3121, 1997, 1393],
  [2270, 2308, 1293, 2513, 40, 229, 270, 2040, 927, 1530],
  [2467, 2501, 1489, 2712, 230, 33, 397, 2230, 1122, 1725],
  [2023, 2326, 1259, 2557, 275, 409, 32, 1782, 697, 1301],
  [2589, 2897, 3018, 3124, 2050, 2233, 1786, 33, 1154, 1753],
  [1497, 1798, 1925, 1998, 932, 1128, 696, 1153, 55, 642],
  [1083, 1335, 2320, 1391, 1533, 1729, 1299, 1748, 639, 28],
];

/** As above: the 90th percentile. */
export const ROUND_TRIP_P90: readonly (readonly number[])[] = [
  [59, 386, 1457, 1149, 2316, 2512, 2087, 2643, 1559, 1116],
  [391, 58, 1404, 1494, 2540, 2722, 2402, 2961, 1867, 1376],
  [1448, 1399, 54, 1575, 1332, 1526, 1324, 3053, 2009, 2385],
  [1160, 1504, 1579, 58, 2556, 2757, 2592, 3151, 2029, 1424],
  [2311, 2532, 1330, 2546, 59, 258, 296, 2063, 953, 1566],
  [2508, 2633, 1528, 2752, 261, 54, 430, 2260, 1149, 1752],
  [2085, 2399, 1337, 2590, 305, 441, 58, 1810, 728, 1342],
  [2641, 2965, 3063, 3151, 2075, 2267, 1813, 56, 1181, 1782],
  [1566, 1876, 2037, 2045, 986, 1179, 746, 1194, 93, 742],
  [1111, 1367, 2388, 1422, 1565, 1758, 1340, 1776, 743, 53],
];

/** Mean p50/2 and deviation (p90-p50)/2 of the one-way delay between two regions, in integer microseconds. */
export function regionDelay(from: number, to: number): { readonly meanUs: number; readonly deviationUs: number } {
  const p50 = ROUND_TRIP_P50[from]![to]!;
  const p90 = ROUND_TRIP_P90[from]![to]!;
  return { meanUs: p50 * 50, deviationUs: (p90 - p50) * 50 };
}
