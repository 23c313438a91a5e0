/** Version of what peers of KratOs say to each other (kratos-core 3.9, 12.8). */
export const kratosProtocol = 1;
